# The command that merges heads is one that Alembic carries out from where the reader is, wherever the project is.
has_alembic && is_there=yes || is_there=
alembic() { "$REHEARSE_PYTHON" -B -m alembic "$@"; }

# project FOLDER INI LOCATION: two heads, in a project whose configuration has each section of $sections.
sections=alembic
project() {
	mkdir -p "$1/scripts/versions"
	for section in $sections; do printf '[%s]\nscript_location = %s\n\n' "$section" "$3"; done >"$1/$2"
	: >"$1/scripts/env.py"
	printf 'revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n\n\ndef upgrade():\n    pass\n' \
		>"$1/scripts/script.py.mako"
	for id in a1b2 b2c3 c3d4; do
		parent='"a1b2"'
		[ "$id" != a1b2 ] || parent=None
		printf 'revision = "%s"\ndown_revision = %s\n\n\ndef upgrade():\n    pass\n' "$id" "$parent" \
			>"$1/scripts/versions/$id.py"
	done
}

# merges START END ARGUMENTS...: the doctor, asked so, says a command between these, and that is carried out and mends it.
# Of the ways to be elsewhere than the reader one is carried out; a thorough run tries all.
merges() {
	expected="$1 merge -m \"merge heads\" b2c3 c3d4$2"
	shift 2
	run doctor --no-git "$@"
	is_status 1
	has_out "$expected"
	"$program" doctor --no-git --format json "$@" >"$folder/out"
	has_out "$(printf '%s' "$expected" | sed 's/"/\\"/g')"
	[ -n "$is_there" ] || return 0
	is_thorough || [ "${1-}" = there ] || return 0
	eval "$expected" >"$folder/out" 2>&1 || {
		fail "it fails: $expected"
		cat "$folder/out"
	}
	run doctor --no-git "$@"
	is_status 0
}

mkdir "$folder/all" && cd "$folder/all" || exit 1
project plain alembic.ini scripts
cd plain || exit 1
merges alembic ''
cd .. || exit 1

# Where scripts are found from anywhere, the configuration is named; else the command goes where they are.
project here alembic.ini '%(here)s/scripts'
merges 'alembic -c here/alembic.ini' '' here
project there alembic.ini scripts
merges '(cd there && alembic' ')' there
project 'a folder' local.ini scripts
merges "(cd 'a folder' && alembic -c local.ini" ')' 'a folder/local.ini'
project 'a folder/here' local.ini '%(here)s/scripts'
merges "alembic -c 'a folder/here/local.ini'" '' 'a folder/here/local.ini'

# Alembic runs above the configuration.
mkdir -p up/.git
project up/below alembic.ini below/scripts
merges '(cd up && alembic -c below/alembic.ini' ')' up/below

# Another section of the file.
sections='alembic tenant'
project two alembic.ini scripts
merges '(cd two && alembic -n tenant' ')' -n tenant two

# All at once: each command is its project's own.
sections='main other'
mkdir "$folder/many" && cd "$folder/many" || exit 1
project a alembic.ini '%(here)s/scripts'
sections=alembic
project b alembic.ini '%(here)s/scripts'
project c alembic.ini scripts
run doctor --no-git --all
is_status 1
has_out 'alembic -c a/alembic.ini -n main merge -m "merge heads" b2c3 c3d4'
has_out 'alembic -c a/alembic.ini -n other merge -m "merge heads" b2c3 c3d4'
has_out 'alembic -c b/alembic.ini merge -m "merge heads" b2c3 c3d4'
has_out '(cd c && alembic merge -m "merge heads" b2c3 c3d4)'
