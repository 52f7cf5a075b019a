# Scenario SQL stays in its database, also when root runs it.
. "$here/../postgres/prelude.sh"
cp "$here/../postgres/escape.yaml" scenarios/
run run --engine postgres "$PWD/scenarios/escape.yaml"
is_status 0
has_out ' cells: '
lacks_out 'differ'
holds ! -e /tmp/rehearse-escaped
# The server was not run by root.
if [ "$(id -u)" -eq 0 ]; then
	start run "$PWD/scenarios/slow.yaml"
	holds "$(stat -c %u "/proc/$(postmaster)")" -ne 0
	holds "$(stat -c %u "/proc/$(supervisor)")" -ne 0
	kill -TERM "$parent"
	ended
	run run --run-as root "$PWD/scenarios/both.yaml"
	is_status 2
	has_err "option '--run-as' cannot be 'root': the user is root, as whom PostgreSQL does not run"
	REHEARSE_CACHE="$TMPDIR" run run --run-as nobody --engine postgres "$PWD/scenarios/both.yaml"
	is_status 0
fi
rm -rf "$TMPDIR/rehearse-nobody"
in_time nothing_is_left
