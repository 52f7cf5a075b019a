# Nothing outlives a run, however it ends.
. "$here/../postgres/prelude.sh"

run run --engine postgres "$PWD/scenarios/both.yaml"
is_status 0
has_out '3 cells: 3 as expected'
holds "$(nothing_is_left && echo nothing)" = nothing

sed -i 's/error: nope/error: something else/' scenarios/both.yaml
run run "$PWD/scenarios/both.yaml"
is_status 1
holds "$(nothing_is_left && echo nothing)" = nothing

# Signals of whoever ends a job.
signals=TERM
is_thorough && signals='TERM HUP'
for signal in $signals; do
	start run --jobs 2 "$PWD/scenarios/slow.yaml"
	kill -s "$signal" "$parent"
	ended
	holds "$status" -gt 128
	has_out '  quick      ✓ works'
	holds "$(nothing_is_left && echo nothing)" = nothing
done

# Ctrl-C, as a terminal sends it: to all processes of the group, workers included. A shell has its background
# jobs ignore SIGINT; env makes that good.
shown='rehearse run, and Ctrl-C'
setsid env --default-signal=INT "$program" run --jobs 2 "$PWD/scenarios/slow.yaml" \
	>"$folder/out" 2>"$folder/err" </dev/null &
parent=$!
in_time hangs_alone
kill -s INT -- "-$parent"
ended
is_status 130
has_out '  quick      ✓ works'
has_err 'interrupted: '
holds "$(nothing_is_left && echo nothing)" = nothing

# Nobody is left to clean up, and yet all goes.
start run --jobs 2 "$PWD/scenarios/slow.yaml"
kill -KILL "$parent"
ended
in_time nothing_is_left

# A worker that crashes is one cell, not the run.
start run --jobs 1 "$PWD/scenarios/slow.yaml"
worker=$(cat "/proc/$parent/task/$parent/children")
for pid in $worker; do
	[ "$pid" = "$(supervisor)" ] || kill -KILL "$pid"
done
ended
is_status 3
has_out '  quick      ✓ works'
has_err "no answer for cell 'slow/slow@fresh:postgres': its worker was killed by signal 9"
holds "$(nothing_is_left && echo nothing)" = nothing

# A server that dies ends the cells it had in hand; the rest is told.
start run --jobs 2 "$PWD/scenarios/slow.yaml"
kill -KILL "$(postmaster)"
ended
is_status 3
has_out '  quick      ✓ works'
has_err "no answer for cell 'slow/slow@fresh:postgres': "
in_time nothing_is_left

# Without its supervisor the server ends, and the folder goes with the next clean-up.
start run --jobs 2 "$PWD/scenarios/slow.yaml"
kill -KILL "$(supervisor)"
ended
is_status 3
in_time no_process
holds -n "$(ls "$TMPDIR")"
run clean
is_status 0
has_out 'removed'
holds "$(nothing_is_left && echo nothing)" = nothing

# Time runs out for a statement, and its cell alone.
run run --timeout 2 "$PWD/scenarios/slow.yaml"
is_status 1
has_out '  quick      ✓ works'
has_out '  slow       ✗ fails at 2 !'
holds "$(nothing_is_left && echo nothing)" = nothing

# What is alive is not cleaned away.
start run "$PWD/scenarios/slow.yaml"
run clean
is_status 0
hangs || fail "the run that is under way was hurt"
kill -TERM "$parent"
ended

# What initdb has made stays until somebody asks.
is_thorough || return 0
REHEARSE_CACHE="$TMPDIR/cache"
export REHEARSE_CACHE
templates() {
	find "$REHEARSE_CACHE" -name 'postgres-*' -type d -prune | wc -l
}
run run --engine postgres --filter one "$PWD/scenarios/both.yaml"
is_status 0
holds "$(templates)" -eq 1
run clean
is_status 0
holds "$(templates)" -eq 1
run clean --cache
is_status 0
lacks_out '0 folders removed'
holds "$(templates)" -eq 0
run run --engine postgres --filter one "$PWD/scenarios/both.yaml"
is_status 0
holds "$(templates)" -eq 1
rm -r "$REHEARSE_CACHE"
unset REHEARSE_CACHE
