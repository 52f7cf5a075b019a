# What stands in the way of a private server: a copy of initdb's work that is damaged, another run that has it locked, a
# folder that is full. Who is told to stop does.
. "$here/../postgres/prelude.sh"
command -v flock >/dev/null || exit 77
export REHEARSE_CACHE="$TMPDIR/cache"
mkdir -m 777 "$REHEARSE_CACHE"
cat >scenarios/one.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer)}
steps: [{upgrade: head}]
END
nothing_else_is_left() {
	no_process && [ "$(ls -A "$TMPDIR")" = cache ]
}

# A template that is damaged is made anew, whatever the damage: the server does not start, or it starts and refuses
# every connection, or takes nobody's word, or has lost what only a database needs.
run run "$PWD/scenarios/one.yaml"
is_status 0
template=$(ls -d "$REHEARSE_CACHE"/*/postgres-*[0-9a-f])
for damage in \
	': >"$template/global/pg_filenode.map"' \
	': >"$template/pg_hba.conf"' \
	'rm -rf "$template/base/1"' \
	'chmod 0 "$template/base"'; do
	(eval "$damage")
	run run "$PWD/scenarios/one.yaml"
	is_status 0
	no_err
	has_out '1 cell: 1 as expected'
	holds -s "$template/global/pg_filenode.map"
	holds -d "$template/base/1"
done
in_time nothing_else_is_left

# If that does not help, the server's own words are shown, and nobody tries for ever.
bindir="$folder/bin"
mkdir "$bindir"
: >"$folder/calls"
chmod 666 "$folder/calls"
ln -s "$real_bindir/postgres" "$bindir/postgres"
cat >"$bindir/initdb" <<END
#!/bin/sh
echo called >>"$folder/calls"
$real_bindir/initdb "\$@"
: >"\$2/global/pg_control"
END
chmod 755 "$bindir" "$bindir/initdb"
run run --pg-bindir "$bindir" "$PWD/scenarios/one.yaml"
is_status 3
has_err 'warning: cells on postgres are skipped: the PostgreSQL server did not start'
has_err 'pg_control'
holds "$(grep -c called "$folder/calls")" = 2
in_time nothing_else_is_left
rm -rf "$REHEARSE_CACHE"/*

# The same of a server that starts and refuses everybody.
sed 's|pg_control|pg_filenode.map|' "$bindir/initdb" >"$bindir/initdb.new"
chmod 755 "$bindir/initdb.new"
mv "$bindir/initdb.new" "$bindir/initdb"
run run --pg-bindir "$bindir" "$PWD/scenarios/one.yaml"
is_status 3
has_err 'warning: cells on postgres are skipped: the PostgreSQL server refuses connections'
has_err 'global/pg_filenode.map'
in_time nothing_else_is_left
rm -rf "$REHEARSE_CACHE"/*

# While another run, which was stopped, makes the template.
run run "$PWD/scenarios/one.yaml"
lock=$(echo "$REHEARSE_CACHE"/*/postgres-*.lock)
(flock 9 && exec sleep 600) 9<>"$lock" &
holder=$!
in_time sh -c "! flock -n '$lock' true"
shown='rehearse run, while the template is locked'
"$program" run "$PWD/scenarios/one.yaml" >"$folder/out" 2>"$folder/err" </dev/null &
parent=$!
in_time sh -c "ls -d '$TMPDIR'/rehearse-pg-* >'$folder/null' 2>&1"
since=$(date +%s)
kill -TERM "$parent"
ended
is_status 143
holds $(($(date +%s) - since)) -lt 10
kill "$holder" 2>"$folder/null"
wait "$holder" 2>"$folder/null"
in_time nothing_else_is_left

# A folder that is full, where one can be made.
small="$folder/small"
mkdir -m 1777 "$small"
if mount -t tmpfs -o size=20m none "$small" 2>"$folder/null"; then
	trap 'umount "$small"; chmod -R u+rwx "$folder"; rm -rf "$folder" "$TMPDIR"' EXIT
	chmod 1777 "$small"
	TMPDIR="$small" run run "$PWD/scenarios/one.yaml"
	is_status 3
	has_err "warning: cells on postgres are skipped: no space left in '$small' for a private PostgreSQL server"
	has_err '  hint: It takes some '
	holds "$(wc -l <"$folder/err")" -lt 8
	in_time sh -c "[ -z \"\$(ls -A '$small')\" ]"
	# A cache that is full keeps nobody from rehearsing.
	mkdir -m 777 "$small/cache"
	REHEARSE_CACHE="$small/cache" run run "$PWD/scenarios/one.yaml"
	is_status 0
	has_err "initdb runs each time, as its work cannot be kept in '$small/cache/rehearse"
	has_err ': no space left'
	holds "$(wc -l <"$folder/err")" = 1
	holds -z "$(ls -A "$small"/cache/*/*.draft 2>/dev/null)"
	rm -rf "$small/cache"
	# The server starts, but the databases do not fit.
	mount -o remount,size=56m "$small"
	for copy in 1 2 3 4 5 6 7 8; do
		sed "s/CREATE TABLE a (id integer)/'CREATE TABLE a AS SELECT i, i AS j, i AS k FROM generate_series(1, 1000000) i (i)'/" \
			scenarios/one.yaml >"scenarios/full$copy.yaml"
	done
	TMPDIR="$small" run run --jobs 2 "$PWD"/scenarios/full*.yaml
	is_status 3
	holds "$(grep -c 'no answer for cell' "$folder/err")" -lt 8
	has_err " more: no space left in '$small', where the PostgreSQL server keeps all it has"
	in_time sh -c "[ -z \"\$(ls -A '$small')\" ]"
fi
