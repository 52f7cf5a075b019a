# All of it as an ordinary user, for whom root tries it here.
. "$here/../postgres/prelude.sh"
[ "$(id -u)" -eq 0 ] && command -v runuser >/dev/null || exit 77
chmod -R a+rwX "$folder"
cp "$program" "$folder/rehearse"
cp "$here/../postgres/escape.yaml" scenarios/
as_nobody() {
	shown="rehearse $*, as nobody"
	status=0
	runuser -u nobody -- env HOME="$folder" REHEARSE_CACHE="$folder" "$folder/rehearse" "$@" \
		>"$folder/out" 2>"$folder/err" </dev/null || status=$?
}
as_nobody run --engine postgres "$PWD/scenarios/both.yaml" "$PWD/scenarios/escape.yaml"
is_status 0
has_out ' cells: '
lacks_out 'differ'
as_nobody run --keep all --filter one "$PWD/scenarios/both.yaml"
is_status 0
has_out 'psql '
runuser -u nobody -- sh -c "$(sed -n 's/.*, and remove them, with: //p' "$folder/err")"
in_time nothing_is_left
