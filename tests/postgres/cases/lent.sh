# A server that the user lends: what is theirs stays as it is, what is ours goes.
. "$here/../postgres/prelude.sh"
command -v psql >/dev/null || exit 77

# A private server that another run has left stands for somebody's.
run run --keep all --filter one "$PWD/scenarios/both.yaml"
is_status 0
stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
server=$(echo "$TMPDIR"/rehearse-pg-*)
admin="host=$server user=rehearse dbname=postgres"
sql() {
	psql -XAtqd "$admin" -c "$1" 2>&1
}
run clean --kept --postgres "$admin"
is_status 0
sql 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'
sql "CREATE ROLE lender LOGIN CREATEDB CREATEROLE PASSWORD 'it''s\\me'"
sql 'CREATE DATABASE theirs OWNER lender'
sql 'CREATE ROLE poor LOGIN'
# Passwords are asked for, of everybody but the administrator.
printf 'local all rehearse trust\nlocal all all scram-sha-256\n' >"$folder/hba"
cat "$folder/hba" >"$server/data/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$folder/null"
sleep 0.5
lent="postgresql://lender:it%27s%5Cme@/theirs?host=$(echo "$server" | sed 's|/|%2F|g')&sslmode=prefer"

all_is_as_before() {
	[ "$(sql "SELECT (SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database),
		(SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname !~ '^pg_'),
		(SELECT count(*) FROM pg_stat_activity WHERE usename ~ '^rehearse_')")" = \
		'postgres template0 template1 theirs|lender poor rehearse|0' ]
}
is_cleaned() {
	"$program" clean --postgres "$lent" >"$folder/null" && all_is_as_before
}
is_run() {
	"$program" run --filter one --postgres "$lent" "$PWD/scenarios/both.yaml" >"$folder/null" && all_is_as_before
}
nothing_there() {
	in_time all_is_as_before
}
nothing_there

run run --postgres "$lent" "$PWD/scenarios/both.yaml"
is_status 0
has_out '3 cells: 3 as expected'
nothing_there
REHEARSE_POSTGRES="$lent" run run --jobs 3 "$PWD/scenarios/both.yaml"
is_status 0
nothing_there

# Who waits for a session of the scenario is told there too, by a role that is no superuser.
cat >scenarios/busy.yaml <<'YAML'
rehearse: 1
engines: [postgres]
states:
  busy:
    sql: CREATE TABLE t (id integer PRIMARY KEY)
    sessions: {psql: BEGIN; SELECT count(*) FROM t}
steps:
  - sql: ALTER TABLE t ADD COLUMN note text
YAML
run run --postgres "$lent" "$PWD/scenarios/busy.yaml"
is_status 1
has_out "error: Blocked: waits for ever for a lock that session 'psql' holds"
has_out '      It wants AccessExclusiveLock on t.'
nothing_there
rm scenarios/busy.yaml

# Over TCP, with a password from a file or in the URL, which nobody is told.
if command -v python3 >"$folder/null"; then
	python3 "$here/../postgres/relay.py" "$server/.s.PGSQL.5432" "$folder/port" &
	relay=$!
	in_time test -s "$folder/port"
	port=$(cat "$folder/port")
	tells_no_password() {
		! cat "$folder/out" "$folder/err" | grep -q "it's.me\|it%27s"
	}
	run run --jobs 2 --keep all --postgres "postgresql://lender:it%27s%5Cme@127.0.0.1:$port/theirs?sslmode=disable" \
		"$PWD/scenarios/both.yaml"
	is_status 0
	has_out "host=127.0.0.1 port=$port"
	holds "$(tells_no_password && echo none)" = none
	run clean --kept --postgres "$lent"
	has_out ', 3 databases dropped'
	nothing_there
	printf '127.0.0.1:*:*:lender:it'"'"'s\\\\me\n' >"$folder/passwords"
	chmod 600 "$folder/passwords"
	PGPASSFILE="$folder/passwords" run run --postgres "host=127.0.0.1 port=$port user=lender sslmode=disable" \
		"$PWD/scenarios/both.yaml"
	is_status 0
	nothing_there
	run run --postgres "postgresql://poor:it%27s%5Cme@127.0.0.1:$port/theirs?sslmode=disable" "$PWD/scenarios/both.yaml"
	is_status 3
	has_err 'could not connect to PostgreSQL: '
	holds "$(tells_no_password && echo none)" = none
	kill "$relay"
fi

# A role that may not do what is needed, or cannot be let in.
sql "ALTER ROLE poor PASSWORD 'x'"
run run --postgres "host=$server user=poor password=x" "$PWD/scenarios/both.yaml"
is_status 3
has_err 'the role poor may not create databases and roles on the lent server'
has_err '  hint: As a superuser there: ALTER ROLE poor CREATEDB CREATEROLE;'
printf 'local all rehearse,lender trust\nlocal all all reject\n' >"$server/data/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$folder/null"
sleep 0.5
run run --postgres "$lent" "$PWD/scenarios/both.yaml"
is_status 3
has_err 'pg_hba.conf rejects connection'
has_err '  hint: Scenarios log in as roles named rehearse_..., with passwords'
nothing_there
cat "$folder/hba" >"$server/data/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$folder/null"
sleep 0.5

# Signals, and no chance to clean up.
start run --jobs 2 --postgres "$lent" "$PWD/scenarios/slow.yaml"
kill -TERM "$parent"
ended
holds "$status" -eq 143
nothing_there
start run --jobs 2 --postgres "$lent" "$PWD/scenarios/slow.yaml"
run clean --postgres "$lent"
has_out ', 0 databases dropped'
hangs || fail 'a run that is under way was hurt'
kill -KILL "$parent"
ended
nothing_there # a process of its own has seen to that

# Without that process too, clean finds it; and the next run does.
guard_of() {
	for child in $(cat "/proc/$1/task/$1/children"); do
		[ "$(cat "/proc/$child/comm")" != rehearse-guard ] || echo "$child"
	done
}
for cleaner in is_cleaned is_run; do
	start run --jobs 2 --postgres "$lent" "$PWD/scenarios/slow.yaml"
	kill -KILL "$(guard_of "$parent")"
	kill -KILL "$parent"
	ended
	holds -n "$(sql "SELECT datname FROM pg_database WHERE datname ~ '^rehearse_'")"
	if [ $cleaner = is_run ]; then # which takes nobody for dead who has a session there
		run run --filter one --postgres "$lent" "$PWD/scenarios/both.yaml"
		is_status 0
		hangs || fail 'a session was ended that may be of a run'
		sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ~ '^rehearse_.*_'" >"$folder/null"
	fi
	in_time $cleaner
done

# Nobody waits for that process without end.
start run --jobs 2 --postgres "$lent" "$PWD/scenarios/slow.yaml"
kill -STOP "$(guard_of "$parent")"
kill -TERM "$parent"
since=$(date +%s)
ended
is_status 143
holds $(($(date +%s) - since)) -lt 20
nothing_there

# A run that has no memory left ends at once, and leaves nothing either.
cat >scenarios/large.yaml <<'END'
rehearse: 1
engines: [postgres]
strategies:
END
for strategy in 1 2 3 4 5 6; do
	echo "  s$strategy: {steps: [{show: \"SELECT repeat('x', 60000000)\"}]}" >>scenarios/large.yaml
done
status=0
(ulimit -v 400000 && exec "$program" run --jobs 2 --postgres "$lent" "$PWD/scenarios/large.yaml") \
	>"$folder/out" 2>"$folder/err" || status=$?
holds "$status" -ne 0
nothing_there

# What is kept has an owner that stays.
run run --keep all --filter one --postgres "$lent" "$PWD/scenarios/both.yaml"
is_status 0
has_out 'psql '
holds "$(sql "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname ~ '^rehearse_kept_'")" = lender
holds -z "$(sql "SELECT rolname FROM pg_roles WHERE rolname ~ '^rehearse_'")"
look=$(sed -n 's/.*\(psql .*\)/\1/p' "$folder/out" | head -n 1)
holds "$(PGPASSWORD="it's\\me" sh -c "$look -XAtc 'SELECT count(*) FROM a'")" = 0
run clean --postgres "$lent"
has_out ', 0 databases dropped'
run clean --kept --postgres "$lent"
has_out ', 1 database dropped'
nothing_there

# It dies in mid-run.
start run --jobs 2 --postgres "$lent" "$PWD/scenarios/slow.yaml"
kill -KILL "$(postmaster)"
ended
is_status 3
has_out '  quick      ✓ works'
has_err "no answer for cell 'slow/slow@fresh:postgres': "
sh -c "$stop" 2>"$folder/null"
in_time nothing_is_left
