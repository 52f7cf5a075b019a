# Kept databases stay, with their server, until they are no longer wanted.
. "$here/../postgres/prelude.sh"

# Read through pipes, which the server that stays must not hold open.
shown='rehearse run --keep failed'
sed -i 's/error: nope/error: something else/' scenarios/both.yaml
{ timeout 60 "$program" run --keep failed "$PWD/scenarios/both.yaml" 2>&1 || echo "status $?"; } |
	timeout 60 cat >"$folder/out"
has_out 'status 1'
has_out 'kept: psql '
sed -n 's/.*kept: //p' "$folder/out" >"$folder/look"
sed -n 's/.*, and remove them, with: //p' "$folder/out" >"$folder/stop"
holds "$(grep -c . "$folder/look")" -eq 1
if command -v psql >/dev/null; then
	holds "$(sh -c "$(cat "$folder/look") -XAtc 'SELECT count(*) FROM a'")" = 0
fi
run clean
holds -n "$(ls "$TMPDIR")"
sh "$folder/stop"
in_time nothing_is_left

# What is kept of one cell takes nothing from the next, which starts where the state was built.
cat >scenarios/shared.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null}
  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE t (id int)}
states:
  fresh: {}
  first: {ran: [a1], seed: SELECT 1}
strategies:
  go: {steps: [{upgrade: head}]}
goal: {schema: {same_as: 'state:first'}}
YAML
run run scenarios/shared.yaml --keep all --jobs 1 --format json
lacks_out 'permission denied'
holds "$(grep -o '"verdict": "wrong"' "$folder/out" | grep -c .)" = 2
sed -n 's/.*and remove them, with: //p' "$folder/err" >"$folder/stop"
sh "$folder/stop"
in_time nothing_is_left
