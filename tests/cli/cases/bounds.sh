# Whatever a revision file holds, or is, or becomes meanwhile: a finding or an error, soon.

# many COUNT TEXT: TEXT so many times, on one line.
many() {
	yes "$2" | head -n "$1" | tr -d '\n'
}

# A processor's seconds for each file, many times what it takes: what grows faster than its file does not pass.
seconds=$((4 * ${SLOWNESS:-1}))

# within SECONDS ARGUMENT...: run the program; it ends by itself within so much of a processor's time.
within() {
	shown="rehearse $*"
	limit=$1
	shift
	status=0
	(ulimit -t "$limit" && "$program" "$@" >"$folder/out" 2>"$folder/err" </dev/null) || status=$?
	[ "$status" -le 4 ] || fail "status $status"
}

# read_file: what the doctor makes of `text` as a revision file, behind an id.
read_file() {
	{
		printf "revision = 'a'\ndown_revision = None\n"
		cat text
	} >x.py
	within $seconds doctor x.py --no-git
}

many 2000000 'a=' >text
read_file
is_status 0
many 10000000 'a=' >text
read_file
is_status 1
has_out 'is larger than 8388608 bytes'
many 8000000 x >text
read_file
is_status 0
many 100000 '(' >text
read_file
is_status 1
has_out 'too many nested parentheses'
many 4000000 '()' >text
read_file
is_status 0
many 2000000 "'a'," | sed "s/^/depends_on = [/; s/\$/]/" >text
read_file
is_status 1
has_out "'depends_on' is a list of too many texts"
many 4000000 'a;' >text
read_file
is_status 0
head -c 8000000 /dev/zero >text
read_file
is_status 1
has_out 'source code cannot contain null bytes'
head -c 8000000 /dev/zero | tr '\0' '\377' >text
read_file
is_status 1
has_out 'unreadable (1)'
many 8000000 x | sed "s/^/x = '/" >text
read_file
is_status 1
has_out 'unterminated string literal'
many 8000000 x | sed "s/^/x = '''/" >text
read_file
is_status 1
has_out 'unterminated triple-quoted string literal'
many 2000000 "f'{" | sed 's/^/x = /' >text
read_file
is_status 1
many 1000000 "'''" >text
read_file
many 1000000 'lambda:' >text
read_file
awk 'BEGIN { for (i = 0; i < 3000; i++) printf "%*sif x:\n", i, "" }' >text
read_file
is_status 1
has_out 'too many levels of indentation'
{
	printf '"""'
	many 4000000 'b,' | sed 's/^/Revises: /'
	printf '"""\n'
} >claims.py
printf "revision = 'a'\ndown_revision = None\n" >>claims.py
within $seconds doctor claims.py --no-git
is_status 1
has_out "and 997 more"
[ "$(wc -c <"$folder/out")" -lt 2000 ] || fail 'the message is as long as the line'

# Configurations.
mkdir configured
awk 'BEGIN { print "[alembic]\nscript_location = ."; for (i = 0; i < 60000; i++) print "option" i " = 1" }' >configured/alembic.ini
printf "revision = 'a'\ndown_revision = None\n" >configured/env.py
within $seconds doctor configured
is_status 4
many 3000000 x >configured/alembic.ini
within $seconds doctor configured
is_status 2
has_err "is larger than 1048576 bytes"
printf '[tool.alembic]\nscript_location = "."\nx = ' >configured/pyproject.toml
many 100000 '[' >>configured/pyproject.toml
rm configured/alembic.ini
within $seconds doctor configured/pyproject.toml
is_status 2
has_err 'nested too deeply'

# Folders that lead round in circles; a pipe and a device in a file's place.
cp -R "$top/tests/projects/observatory" circles
versions=$(find circles -name versions -type d | head -n 1)
ln -s .. "$versions/above"
ln -s here "$versions/here"
ln -s /dev/zero "$versions/zero.py"
mkfifo "$versions/x.py"
within $seconds doctor circles
is_status 1
has_out 'it is no file: Alembic may wait for it for ever'

# Files that are written, cut, removed and replaced while they are read.
cp -R "$top/tests/projects/kitchen" moving
(
	while [ ! -e "$folder/stop" ]; do
		for file in moving/alembic/versions/*.py; do
			: >"$file"
			cp "$top/tests/projects/kitchen/alembic/versions/$(basename "$file")" "$file"
			mv "$file" "$file.away"
			mv "$file.away" "$file"
		done
	done
) 2>/dev/null &
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	within $seconds doctor moving
	[ "$status" -le 1 ] || [ "$status" -eq 4 ] || fail "status $status"
done
touch "$folder/stop"
wait
