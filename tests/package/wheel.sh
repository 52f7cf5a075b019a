#!/bin/sh
# wheel.sh [WHEEL] - does the wheel work where there is no compiler and none of its libraries? Builds it (script/wheel)
# unless one is named, installs it with pip into a fresh virtual environment, and from there on runs with a PATH that has
# no compiler. Wants a package index for pytest and Alembic. Takes a minute or two.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-wheel.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

if [ $# -gt 0 ]; then
	wheel=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
else
	"$top/script/wheel" "$folder/wheels"
	wheel=$(echo "$folder"/wheels/*.whl)
fi
echo "wheel: $(basename "$wheel"), $(du -k "$wheel" | cut -f1) KiB"
case $wheel in
*-py3-none-manylinux_*) ;;
*) fail "this is no wheel for any Python 3 and any Linux with such a C library" ;;
esac

python3 -m venv "$folder/venv"
# Programs that the tests need, and no compiler among them.
mkdir "$folder/bin"
for name in sh bash env cat grep sed git ldd ls cp rm mkdir mktemp tail dirname basename uname; do
	path=$(command -v "$name") && ln -s "$path" "$folder/bin/$name"
done
PATH=$folder/venv/bin:$folder/bin
export PATH
unset VIRTUAL_ENV PYTHONPATH CC
! command -v cc gcc clang ld >/dev/null || fail "there is a compiler"
pip install --quiet --disable-pip-version-check "$wheel" pytest pytest-xdist alembic
cd "$folder"

rehearse --version
[ "$(command -v rehearse)" = "$folder/venv/bin/rehearse" ] || fail "rehearse is not on the path"
package=$(python -c 'import rehearse_migrations as it; print(it.__path__[0])')

# Nothing is taken from the system but the C library and what every Linux has (PEP 600).
ldd "$package/bin/rehearse" >libraries
while read -r name arrow path _; do
	[ "$arrow" = '=>' ] || continue
	case $name in
	libc.so.* | libm.so.* | libresolv.so.* | libdl.so.* | libpthread.so.* | librt.so.* | libgcc_s.so.* | libz.so.* | \
		libexpat.so.*) ;;
	*)
		case $path in
		"$folder"/venv/*) ;;
		*) fail "$name is taken from $path" ;;
		esac
		;;
	esac
done <libraries
ls "$package"/../rehearse_migrations-*.dist-info/licenses | grep -q libssl || fail "the libraries' licences are missing"

# Both ways to run scenarios, a drawing, a project with its own Python.
cp -R "$top/scenarios" "$top/expected" .
rehearse run --engine sqlite scenarios >out || {
	cat out
	fail "the bundled scenarios do not end as recorded"
}
tail -n 1 out
rehearse tree trading-bot-chain --format svg | grep -q '</svg>' || fail "trees are not drawn"
cp -R "$top/tests/projects/bookshop" .
(cd bookshop && git init -q . && git add . &&
	git -c user.name=a -c user.email=a@example.org commit -q -m 'all of it')
rehearse tree bookshop --at HEAD | grep -q 17b6c3d9a050 || fail "a project is not read at a commit"
cat >bookshop.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions: {alembic: bookshop}
steps:
  - upgrade: heads
goal: {version: heads, schema: {same_as: fresh}}
END
rehearse run --python "$folder/venv/bin/python" bookshop.yaml || fail "migrations of a project do not run"
[ -s "$folder/venv/share/man/man1/rehearse-run.1" ] || fail "the manual is missing"
python -m rehearse_migrations --version >/dev/null || fail "python -m"

sh "$here/commands.sh" "$folder/venv/bin/python" || fail "a command does not work"
python "$here/plugin.py" || fail "the plugin for pytest"
echo "the wheel works without a compiler"
