#!/bin/sh
# install.sh BUILD - is what `meson install` puts below DESTDIR whole, and does it work where it stands? The folder is
# moved once, so that nothing can be found by the place where it was installed.
set -eu
build=$1
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-install.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

DESTDIR="$folder/destination" meson install -C "$build" --no-rebuild --quiet
prefix=$(meson introspect "$build" --buildoptions | python3 -c '
import json, sys
print(next(option["value"] for option in json.load(sys.stdin) if option["name"] == "prefix"))')
mv "$folder/destination$prefix" "$folder/moved"
cd "$folder/moved"

for file in bin/rehearse share/rehearse/python/rehearse_helper/__main__.py share/rehearse/scenario.schema.json \
	share/rehearse/run.schema.json share/rehearse/audit.schema.json share/man/man1/rehearse.1 share/bash-completion/completions/rehearse \
	share/zsh/site-functions/_rehearse share/fish/vendor_completions.d/rehearse.fish \
	share/doc/rehearse/README.md share/doc/rehearse/LICENSE share/doc/rehearse/docs/format.md \
	share/doc/rehearse/docs/lessons/01-revision-tree.md share/doc/rehearse/scenarios/trading-bot-chain.yaml; do
	[ -s "$file" ] || fail "there is no $file"
done
find . -name __pycache__ -o -name '*.pyc' | grep . && fail "what Python leaves is installed"

# A page for each command that help lists.
bin/rehearse --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p' >commands
[ "$(wc -l <commands)" -ge 10 ] || fail "help lists no commands"
while read -r command; do
	[ -s "share/man/man1/rehearse-$command.1" ] || fail "there is no page for $command"
done <commands
bin/rehearse schema | cmp - share/rehearse/scenario.schema.json

# The records lie where they are looked for.
bin/rehearse run --engine sqlite share/doc/rehearse/scenarios >out || {
	cat out
	fail "the scenarios that are installed do not end as recorded"
}
tail -n 1 out | grep -q 'as expected' || fail "nothing was played: $(tail -n 1 out)"
! grep -q 'not recorded' out || fail "the records are not found"

python=/usr/bin/python3
"$python" -c 'import alembic' 2>/dev/null || python=
PATH=$folder/moved/bin:$PATH sh "$here/commands.sh" "$python" || fail "a command does not work"

# The helper is found beside the program: making up rows wants a Python with SQLAlchemy.
if [ -n "$python" ]; then
	mkdir empty
	cat >empty/filled.yaml <<'END'
rehearse: 1
revisions:
  - {revision: a, down_revision: null, upgrade: "CREATE TABLE t (id integer PRIMARY KEY, name text NOT NULL)"}
states:
  filled: {schema: a, fill: [ordinary]}
steps:
  - check: {sql: SELECT count(*) FROM t, equals: 1}
END
	bin/rehearse run --engine sqlite --python "$python" empty/filled.yaml >out 2>&1 || {
		cat out
		fail "the helper does not run"
	}
	grep -q '1 as expected' out || fail "no rows were made up: $(cat out)"
	rm -r share/rehearse/python
	! bin/rehearse run --engine sqlite --python "$python" empty/filled.yaml >out 2>&1 ||
		fail "another helper was found than the one that lay beside the program"
else
	echo "not looked at: there is no Python with Alembic"
fi
echo "installed below $prefix, moved, and whole"
