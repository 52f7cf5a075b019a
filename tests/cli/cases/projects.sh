# Alembic projects: what SOURCE may be, how it is found, what is said when nothing is.
projects=$top/tests/projects
cp -R "$projects/." projects
find projects -type f | sort | xargs cksum >before

# Nothing: the project of the working folder; a folder, a configuration, a script location, its versions.
(cd projects/bookshop && "$program" doctor >"$folder/out")
shown='doctor in a project'
has_out '6 revisions, 1 head, 1 base: 1 fault'
for source in projects/bookshop projects/bookshop/alembic.ini projects/bookshop/alembic projects/bookshop/alembic/versions; do
	run doctor $source
	is_status 1
	has_out '6 revisions, 1 head, 1 base: 1 fault'
	has_out '17b6c3d9a050_gift_cards.py:4'
	has_out "the docstring says that it revises 'c07d2ee1f6b3', the code 'e8810b6f4c2d'"
done
run doctor projects/fleet
is_status 0
has_out '3 revisions, 1 head, 1 base: no faults'
has_err "'version_table_schema' is a name, not a literal"
run doctor projects/clinic
is_status 0
run doctor projects/bookshop --format json
has_out '"transaction_per_migration": true'
run doctor projects/clinic/pyproject.toml --alembic 1.15
is_status 2
has_err 'pyproject.toml counts since 1.16'
run doctor projects/shelter
is_status 1
has_out "2 heads, so 'head' names none"
run doctor projects/newsroom -n tenant
is_status 0
has_out '1 revision, 1 head, 1 base: no faults'
run doctor projects/observatory
is_status 0
has_out '4 revisions'
run doctor projects/observatory --alembic 1.9
has_out "down_revision 'd1a000000003' is no revision"
run doctor projects/trading-bot --format json
is_status 1
[ "$(grep -c '"kind": "missing-parent"' "$folder/out")" -eq 17 ] || fail 'seventeen parents are missing'
has_out '"file": "backend/alembic/versions/0003b_signal_owner_only.py"'
has_out '"path": "projects/trading-bot/alembic.ini"'
run doctor projects/observer
is_status 1
has_out "'down_revision' is a name, not a literal"
has_out "'revision' is only given a value under a condition"
lacks_out 'multiple-bases'
# What only running the files would tell is not made up: nothing is planned, and what is drawn is said to be in doubt.
run plan projects/observer upgrade heads
is_status 1
has_err "'down_revision' is a name, not a literal"
has_err "'revision' is only given a value under a condition"
lacks_out 'upgrade'
run audit projects/observer
is_status 1
has_out 'unknown  upgrade    what follows what, only running the files would tell: see'
run tree projects/observer
is_status 1
has_err "'down_revision' is a name, not a literal"
has_out '(head)'
run tree projects/harbour
is_status 0
has_out '13_tides (head)  tides'
run plan projects/fleet upgrade head
is_status 0
has_out '3. upgrade 0002 -> 0003, Fuel cards.'
run doctor projects/kitchen/alembic/versions/a1b2c3d4e5f6_recipes.py projects/kitchen/alembic/versions/c3d4e5f6a7b8_menus.py
is_status 1
has_out "down_revision 'b2c3d4e5f6a7' is no revision"

# Several projects.
run doctor projects
is_status 2
has_err 'there are 16 Alembic projects: projects/annex/alembic.ini,'
has_err "hint: Name one of them; 'doctor --all' takes each."
run doctor projects --all
is_status 1
has_out 'projects/newsroom/alembic.ini [tenant]'
run doctor projects --all --format json
is_status 1
has_out '"projects": ['

# Nothing to be found; nothing that could be read.
mkdir -p empty other
echo 'from everywhere import *' >other/runner.py
run doctor other
is_status 4
! grep -q 'do hold revisions' "$folder/err" || fail 'an import * is no revision'
mkdir -p dialects/versions/sqlite stray/versions
run doctor empty
is_status 4
has_err "there is no Alembic project in 'empty'"
has_err 'It is empty.'
run doctor projects/bookshp
is_status 2
has_err "projects/bookshop"
cp projects/kitchen/alembic.ini dialects/alembic.ini
sed -i 's/= alembic/= ./' dialects/alembic.ini
cp projects/kitchen/alembic/env.py dialects/env.py
cp projects/kitchen/alembic/versions/a1b2c3d4e5f6_recipes.py dialects/versions/sqlite/
for command in doctor tree; do
	run $command dialects
	is_status 4
	has_err "no revision was read in 'dialects/versions'"
	has_err 'dialects/versions/sqlite'
done
echo 'def helper(): pass' >stray/versions/helper.py
run doctor stray/versions/helper.py
is_status 1
has_out "it declares no 'revision'"

# What is no SOURCE: what was looked for, what is there, the two nearest things that would do.
mkdir -p beside/server
cp -R projects/kitchen/. beside/server
cp scenarios/fork.yaml beside/
echo hello >beside/notes.txt
ln -s nowhere beside/broken
ln -s loop beside/loop
for link in broken loop; do
	run doctor beside/$link
	is_status 2
	has_err "'beside/$link' is a link that leads nowhere"
	has_err "hint: Near it: 'beside/server/alembic.ini'."
done
run tree beside/forq.yaml
is_status 2
has_err "there is no file, folder or scenario 'beside/forq.yaml'"
has_err "Looked for a folder, a file and, below 'scenarios', a scenario of that name."
has_err "hint: Did you mean 'beside/fork.yaml'? Near it: 'beside/server/alembic.ini'."
run plan forq upgrade head
is_status 2
has_err "Did you mean 'fork'?"
run doctor beside/sever/alembic.ini
is_status 2
has_err "there is no file, folder or scenario"
run doctor beside/notes.txt
is_status 2
has_err "'beside/notes.txt' is nothing that a revision tree is read from"
has_err 'A configuration ends in .ini or .toml, a revision file in .py, a scenario in .yaml.'
run doctor beside/server beside/server
is_status 2
has_err "One SOURCE is read at a time, or several revision files (.py); 'doctor --all' takes each project below a folder."
run doctor beside/server/alembic/versions/a1b2c3d4e5f6_recipes.py beside/gone.py
is_status 2
has_err "there is no 'beside/gone.py'"
printf '[tool.other]\n' >beside/pyproject.toml
run doctor beside/pyproject.toml
is_status 2
has_err "'beside/pyproject.toml' has no table [tool.alembic]."
odd_name='beside/a "name"
of two lines'
cp -R projects/shelter "$odd_name"
run doctor "$odd_name"
is_status 1
has_out 'name"\nof two lines/'
run doctor "${odd_name}x"
is_status 2
has_err 'name"\nof two lines'

# Compiled files alone; a project with nothing in it beside others; a location that is not there.
mkdir -p compiled/alembic/versions
cp projects/kitchen/alembic/env.py compiled/alembic/
printf '[alembic]\nscript_location = alembic\n' >compiled/alembic.ini
echo compiled >compiled/alembic/versions/a.pyc
run doctor compiled
is_status 4
has_err 'It holds a.pyc.'
echo 'sourceless = true' >>compiled/alembic.ini
run doctor compiled
is_status 1
has_out 'it is compiled, and its source is not there: only Python reads it'
run tree compiled
is_status 4
mkdir -p together/empty/alembic/versions
cp compiled/alembic.ini together/empty/
cp -R projects/clinic together/
run doctor together --all
is_status 0
has_err "note: no revision was read in 'together/empty/alembic/versions'"
sed -i 's|^    "%(here)s/migrations/billing",|&\n    "%(here)s/migrations/gone",|' together/clinic/pyproject.toml
run doctor together/clinic
is_status 0
has_err "there is no 'together/clinic/migrations/gone', a version location"

# What Alembic would refuse, in its words.
mkdir bad
printf '[alembic]\nsqlalchemy.url = x\n[core]\nscript_location = core\n' >bad/alembic.ini
run doctor bad
is_status 2
has_err "No 'script_location' key found in configuration."
has_err "Sections that have one: core. Name it with '-n NAME'; 'doctor --all' takes each."
printf '[alembic]\nscript_location = %%(nowhere)s/x\n' >bad/alembic.ini
run doctor bad
is_status 2
has_err "contains an interpolation key 'nowhere' which is not a valid option name"
printf '[alembic]\nscript_location = gone\n' >bad/alembic.ini
run doctor bad
is_status 2
has_err "Path doesn't exist: bad/gone."
printf '[alembic]\nscript_location = nopackage:migrations\n' >bad/alembic.ini
run doctor bad
is_status 2
has_err "No module named 'nopackage'"

# A configuration that is no file is none, and that is said.
mkdir piped
mkfifo piped/alembic.ini
run doctor piped
is_status 4
has_err 'It holds alembic.ini (a pipe, a device or a socket, not a file).'
run doctor --all piped
is_status 4
has_err 'alembic.ini (a pipe, a device or a socket, not a file)'
run doctor piped/alembic.ini
is_status 2
has_err "'piped/alembic.ini' is a pipe, a device or a socket, not a file"
lacks_err "Near it: 'piped/alembic.ini'"
rm piped/alembic.ini
ln -s nowhere piped/alembic.ini
run doctor piped
is_status 4
has_err 'It holds alembic.ini (a link that leads nowhere).'

# Files that are none, links in circles, a pipe called x.py: said, and never waited for.
mkdir odd
mkfifo odd/pipe.py
ln -s loop.py odd/loop.py
cp projects/kitchen/alembic/versions/a1b2c3d4e5f6_recipes.py odd/
printf 'revision = "z"\ndown_revision = "a1b2c3d4e5f6"\n<<<<<<< HEAD\n' >odd/z.py
printf 'revision = "y"\ndown_revision = "a1b2c3d4e5f6"\nx = "\n' >odd/y.py
run doctor odd
is_status 1
has_out 'it is no file: Alembic may wait for it for ever'
has_out 'it is a link that leads nowhere'
has_out 'a conflict of a merge was left in the file'
has_out 'unterminated string literal'
has_out '3 revisions'

# A folder called like a file: the releases that ask for names alone load it, and stop.
mkdir -p named/folder.py
cp projects/kitchen/alembic/versions/a1b2c3d4e5f6_recipes.py named/
run doctor named
is_status 0
run doctor named --alembic 1.9
is_status 1
has_out 'it is a folder'
run doctor named --alembic 1.10
is_status 0

# A folder of Python files is no folder of SQL.
printf 'rehearse: 1\nrevisions: {directory: odd}\n' >directory.yaml
run doctor directory.yaml
is_status 2
has_err "no .sql file in folder 'odd'"

# The projects are as they were.
find projects -type f | sort | xargs cksum | diff before - || fail 'a project was changed'

# A project in which no migration has been made yet: nothing to check, and no reason to stop a hook, beside others or alone.
mkdir -p begun/alembic/versions
printf '[alembic]\nscript_location = alembic\n' >begun/alembic.ini
touch begun/alembic/env.py begun/alembic/script.py.mako
run doctor begun
is_status 4
run doctor begun --all
is_status 0
no_out
has_err "note: no revision was read in 'begun/alembic/versions' yet"
rmdir begun/alembic/versions
run doctor begun --all --format json
is_status 0
cp -R "$top/tests/projects/kitchen" begun/kitchen
run doctor begun --all
is_status 1
mkdir nothing-at-all
run doctor nothing-at-all --all
is_status 4

# Options that would say nothing are refused; of several configurations the one that is wrong is named.
run doctor begun/kitchen --strategy up
is_status 2
has_err "'--strategy' is for scenarios, and"
for option in --all '--name x'; do
	# shellcheck disable=SC2086 # two words
	run doctor "$top/scenarios/wallet-two-heads.yaml" $option
	is_status 2
	has_err 'is for Alembic projects'
done
mkdir begun/other
printf '[alembic]\nscript_location = nowhere\n' >begun/other/alembic.ini
run doctor begun --all
has_err 'begun/other/alembic.ini'
run doctor begun/oth
is_status 2
has_err "'begun/other'"
