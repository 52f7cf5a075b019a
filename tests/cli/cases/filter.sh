# Which cells are played.
run run --filter 'truth'
is_status 0
has_out '  truth    ✓ works'
has_out '1 cell: 1 as expected'

run run --filter '^ladder/up@.*:sqlite$'
is_status 0
has_out '2 cells: 2 as expected'

run run --filter 'laddr/up'
is_status 4
no_out
is_err <<'END'
error: no cell is called like 'laddr/up'
  hint: Did you mean 'ladder/up@fresh:sqlite', 'ladder/up@lying:sqlite'?
END
run run --filter 'ladder.*@lyign'
has_err "hint: Did you mean 'ladder/up@lying:sqlite', 'ladder/truth@lying:sqlite'?"
run run --filter nomatch
has_err "hint: 'rehearse list --cells' names them all."

run run --filter 'qqqqqqqqqqqq'
is_status 4
has_err "'rehearse list --cells' names them all."

run run --tag ladder
is_status 0
has_out '3 cells: 3 as expected'
run run --tag ladder --tag small
has_out '5 cells: 5 as expected'
run run --tag larder
is_status 4
no_out
is_err <<'END'
error: no scenario has the tag 'larder'
  hint: Did you mean 'ladder'?
END
run run --tag ladder --filter fork
is_status 4
has_err "no cell is called like 'fork'"

# The parts of a shard are all of it, each cell once.
run list --cells
sort "$folder/out" >"$folder/all"
for part in 1 2 3; do
	run list --cells --shard $part/3
	cat "$folder/out" >>"$folder/parts"
done
sort "$folder/parts" | diff - "$folder/all" || fail "shards are not the whole"
run run --shard 1/1
has_out '5 cells: 5 as expected'

run run --engine sqlite
is_status 0
has_out '5 cells: 5 as expected'

# An engine that is not there is skipped, unless somebody asks for it.
sed -i 's/^engines:.*/engines: [sqlite, postgres]/' scenarios/fork.yaml
run run scenarios/fork.yaml
is_status 0
grep -q 'skipped 2 cells on postgres: ' "$folder/out" || has_out '4 cells: 4 as expected'
run run --engine postgres scenarios/fork.yaml
[ "$status" -eq 0 ] || {
	is_status 3
	has_err 'error: cannot play on postgres: '
	has_out '2 cells: 0 as expected, 2 skipped'
}
run run --engine postgres scenarios/ladder.yaml
is_status 4
has_err 'no cell is left by the options'

# Of many cells, and with a long pattern, near names are found at once.
{
	printf 'rehearse: 1\nengines: [sqlite]\nrevisions: []\nstrategies:\n'
	seq -f '  strategy-%g: {steps: []}' 3000
} >scenarios/many.yaml
long=strategy-2999$(printf '%0400d' 0)
start=$(date +%s)
run run --filter "$long" scenarios/many.yaml
is_status 4
holds $(($(date +%s) - start)) -lt 7
has_err "'rehearse list --cells' names them all."
run run --filter 'strategi-2999@' scenarios/many.yaml
is_status 4
has_err "hint: Did you mean 'many/strategy-2999@fresh:sqlite'?"
