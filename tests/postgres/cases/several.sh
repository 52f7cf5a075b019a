# Several servers that the user lends share the cells of one run: each worker has one.
. "$here/../postgres/prelude.sh"
command -v psql >/dev/null || exit 77
cat >scenarios/many.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a, down_revision: null, upgrade: CREATE TABLE t (id integer PRIMARY KEY)}
states: {one: {}, two: {sql: CREATE TABLE u (id integer)}, three: {sql: CREATE TABLE v (id integer)}, four: {schema: a}}
strategies:
  up: {steps: [{upgrade: head}]}
  twice: {steps: [{upgrade: head}, {upgrade: head}]}
YAML

# Two private servers that other runs have left stand for somebody's.
run run --keep all "$PWD/scenarios/many.yaml" --filter up@one
stop_first=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
first=$(echo "$TMPDIR"/rehearse-pg-*)
mkdir "$TMPDIR/second"
chmod 1777 "$TMPDIR/second"
TMPDIR="$TMPDIR/second" run run --keep all "$PWD/scenarios/many.yaml" --filter up@one
stop_second=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
second=$(echo "$TMPDIR"/second/rehearse-pg-*)
address() {
	echo "host=$1 user=rehearse dbname=postgres"
}
kept() {
	psql -XAtqd "$(address "$1")" -c "SELECT count(*) FROM pg_database WHERE datname ~ '^rehearse_'"
}
run clean --kept --postgres "$(address "$first")"
run clean --kept --postgres "$(address "$second")"
holds "$(kept "$first") $(kept "$second")" = '0 0'

run run --jobs 2 --keep all --postgres "$(address "$first")" --postgres "$(address "$second")" "$PWD/scenarios/many.yaml"
is_status 0
has_out '8 cells: 8 as expected'
holds "$(kept "$first")" -gt 0
holds "$(kept "$second")" -gt 0
holds "$(($(kept "$first") + $(kept "$second")))" -eq 8
for server in "$first" "$second"; do
	run clean --kept --postgres "$(address "$server")"
	is_status 0
	holds "$(kept "$server")" -eq 0
done

# Nothing is left on either, nor when there are fewer workers than servers.
run run --jobs 1 --postgres "$(address "$first")" --postgres "$(address "$second")" "$PWD/scenarios/many.yaml"
is_status 0
holds "$(kept "$first") $(kept "$second")" = '0 0'

# One that is not there is told, and nothing is made on the other.
run run --postgres "$(address "$first")" --postgres "host=$TMPDIR/nowhere user=rehearse" "$PWD/scenarios/many.yaml"
is_status 3
has_err 'warning: cells on postgres are skipped: could not connect to PostgreSQL'
holds "$(kept "$first")" -eq 0

sh -c "$stop_first" >"$folder/null" 2>&1
sh -c "$stop_second" >"$folder/null" 2>&1
