# A server is started for those who need one, and nobody else waits for it.
. "$here/../postgres/prelude.sh"

# Programs that leave word, and an initdb that waits to be let go.
bindir="$folder/bin"
mkdir "$bindir"
cat >"$bindir/postgres" <<END
#!/bin/sh
touch "$TMPDIR/asked"
exec $real_bindir/postgres "\$@"
END
cat >"$bindir/initdb" <<END
#!/bin/sh
until [ -e "$folder/go" ]; do sleep 0.02; done
exec $real_bindir/initdb "\$@"
END
chmod 755 "$bindir" "$bindir/postgres" "$bindir/initdb"
export REHEARSE_CACHE="$TMPDIR/cache"
mkdir -m 777 "$REHEARSE_CACHE"
cat >scenarios/plain.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer)}
steps: [{upgrade: head}]
END
mkdir suite
cp scenarios/both.yaml scenarios/plain.yaml suite

sqlite_is_told() {
	grep -qs '  replay  *✓ works' "$folder/out"
}
initdb_hangs() {
	[ -e "$TMPDIR/asked" ] && ls "$TMPDIR"/rehearse-pg-* >"$folder/null" 2>&1
}
all_is_gone() {
	rm -rf "$REHEARSE_CACHE" "$TMPDIR/asked"
	nothing_is_left
}

shown='rehearse run, while initdb hangs'
"$program" run --jobs 1 --pg-bindir "$bindir" "$PWD/suite/plain.yaml" "$PWD/suite" \
	>"$folder/out" 2>"$folder/err" </dev/null &
parent=$!
in_time sqlite_is_told
lacks_out 'quick'
touch "$folder/go"
ended
is_status 0
no_err
has_out '4 cells: 4 as expected'
rm "$folder/go"

# Another build's template, once it is not used for a month, goes when there is a new one; ours is kept.
templates=$(echo "$REHEARSE_CACHE"/rehearse*)
old=$(ls -d "$templates"/postgres-*[0-9a-f])
cp -a "$old" "$templates/postgres-11-0"
touch "$templates/postgres-11-0.lock"
cp -a "$old" "$templates/postgres-12-0"
touch -d '31 days ago' "$templates/postgres-12-0.lock"
chmod 666 "$templates"/*.lock
run run --engine postgres --pg-bindir "$real_bindir" "$PWD/suite/both.yaml"
is_status 0
holds -d "$old"
holds -d "$templates/postgres-11-0"
holds ! -e "$templates/postgres-12-0"
in_time all_is_gone

# A signal does not wait for a server either.
mkdir -m 777 "$REHEARSE_CACHE"
shown='rehearse run, ended while initdb hangs'
"$program" run --pg-bindir "$bindir" "$PWD/suite/both.yaml" >"$folder/out" 2>"$folder/err" </dev/null &
parent=$!
in_time initdb_hangs
kill -TERM "$parent"
ended
is_status 143
in_time all_is_gone

# No cell needs one.
run run --engine sqlite --pg-bindir "$bindir" "$PWD/suite"
is_status 0
run run --filter '^plain/' --pg-bindir "$bindir" "$PWD/suite"
is_status 0
holds ! -e "$TMPDIR/asked"

# A mistake in another file ends what was begun.
printf 'rehearse: 1\nnonsense: 1\n' >suite/wrong.yaml
run run --pg-bindir "$bindir" "$PWD/suite"
is_status 2
in_time all_is_gone
