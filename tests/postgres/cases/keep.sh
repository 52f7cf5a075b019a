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
