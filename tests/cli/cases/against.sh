# What a branch does to databases that follow another one.
run doctor --at HEAD .
grep -q "built without libgit2" "$folder/err" && exit 77
command -v git >/dev/null || exit 77
sh "$top/tests/projects/histories.sh" git branches || exit 1

# on BRANCH OPTION...: check a branch out and compare it with main.
on() {
	git -C git/branches checkout -q "$1"
	shift
	shown="rehearse doctor --against main $*"
	status=0
	(cd git/branches && "$program" doctor --against main "$@" >"$folder/out" 2>"$folder/err" </dev/null) || status=$?
	tr -s ' \n' ' ' <"$folder/out" >flat
}

# says TEXT: it stands in the output, wherever its lines end.
says() {
	grep -qF -- "$1" flat || {
		fail "standard output lacks: $1"
		cat "$folder/out"
	}
}

# main itself; another look at what ran, another way back: nothing that a database would notice.
for same in main formatted; do
	on $same
	is_status 0
	has_out ': no faults'
done

# Three files made into one.
on squashed
is_status 1
has_out '2 revisions, 1 head, 1 base: 5 faults'
has_out 'removed-revision (3)'
says "0003 main:server/src/fleet/db/migrations/versions/0003_fuel_cards.py:13 'main' has it, this tree has not: a database that stands at it stops with \"Can't locate revision identified by '0003'\", and one that has not run it yet never will"
says 'Bring it back: git restore --source=main -- server/src/fleet/db/migrations/versions/0003_fuel_cards.py'
says "0004 server/src/fleet/db/migrations/versions/0004_tolls.py:14 down_revision is '0003_all', in 'main' it is '0003'; databases that ran it never run what is new below it Write down_revision = '0003' again, and let what is new follow '0005'."
says "it is new, and below '0004' of 'main': databases that ran that never run it"

# The command that is given does what it says.
command=$(grep -o 'git restore --source=main -- [^ ]*0003_fuel_cards.py' flat)
cp -R git/branches repaired
(cd repaired && eval "$command") || fail "the command fails: $command"
[ -f repaired/server/src/fleet/db/migrations/versions/0003_fuel_cards.py ] || fail 'the file is not back'

# Two that changed places; one in the middle; one that does something else now.
on swapped
is_status 1
has_out ': 3 faults'
says "databases that ran it count as having run '0003', even those that never did"
says "databases that ran it no longer count as having run '0002', and 'alembic upgrade heads' runs that again"
on inserted
is_status 1
has_out 'reparented-revision (1)'
has_out 'inserted-below (1)'
has_out 'server/src/fleet/db/migrations/versions/routes.py:13'
on edited
is_status 1
says "0002 server/src/fleet/db/migrations/versions/0002_trips.py:22 its upgrade does not do what it does in 'main'"
says 'git restore --source=main -- server/src/fleet/db/migrations/versions/0002_trips.py'

# What main has gained since a branch was cut is not missing there; nor what the branch has of its own.
on late
is_status 0
has_err "note: merged with what 'main' has gained since this branch was cut, the tree has 2 heads: 0005b, 0005"
on taken
is_status 1
says "'main' has gained another revision of this id"
says 'Give this one an id of its own.'
git -C git/branches rm -q server/src/fleet/db/migrations/versions/0005_discounts.py
on taken # the working tree counts, not what is committed
is_status 0
git -C git/branches reset -q --hard

# What no release has may be changed.
on moved
is_status 1
has_out ': 2 faults'
on moved --releases 'v*'
is_status 0
has_out ': no faults, 2 warnings'
says "0004 (warning) server/src"
on moved --releases 'v*' --format json
is_status 0
has_out '"level": "warning"'
has_out '"kind": "inserted-below"'
on squashed --releases 'v*'
is_status 1
has_out ': 3 faults, 2 warnings'
on moved --releases 'release/*'
is_status 0
has_err "no tag matches 'release/*', so nothing counts as released"

# Two commits; a bare repository; the same from elsewhere; one file.
run doctor git/branches --at edited --against main
is_status 1
has_out 'edited:server/src/fleet/db/migrations/versions/0002_trips.py:22'
git clone -q --bare git/branches branches.git
run doctor branches.git --at squashed --against main
is_status 1
has_out "main:server/src/fleet/db/migrations/versions/0001_vehicles.py"
on edited
run doctor git/branches/server/src/fleet/db/migrations/versions/000*.py --against main
is_status 1
has_out 'edited-revision (1)'
lacks_out 'removed-revision'

# The project was moved; it is new; nothing is in common.
git -C git/branches checkout -q -b elsewhere main
git -C git/branches mv server api
run doctor git/branches --against main
is_status 0
mkdir git/branches/second
cp -R "$top/tests/projects/clinic/." git/branches/second
run doctor git/branches/second --against main
is_status 0
run doctor git/branches --against main --all
is_status 0
git -C git/branches checkout -q --orphan alone
git -C git/branches commit -qm alone
run doctor git/branches/api --against main
is_status 0
has_err "where this branch left 'main' is not to be seen, so it is compared with 'main' itself"

# What cannot be compared.
run doctor git/branches/api --against nowhere
is_status 2
has_err "the git repository has no commit 'nowhere'"
git clone -q --branch main git/branches clone 2>/dev/null
run doctor clone --against squashed
is_status 2
has_err "Did you mean 'origin/squashed'?"
run doctor clone --against origin/squashed
is_status 0
run doctor git/branches/api --releases 'v*'
is_status 2
has_err "'--releases' says what of '--against' is only a warning, which is not given"
run doctor scenarios/fork.yaml --against main
is_status 2
has_err "'--against' compares Alembic projects"
cp -R "$top/tests/projects/kitchen" kitchen
run doctor kitchen --against main
is_status 2
has_err 'is in no git repository'

# A branch that deletes a whole project, one of two or the only one.
git init -q -b main whole
mkdir whole/one whole/two
cp -R "$top/tests/projects/fleet/." whole/one
cp -R "$top/tests/projects/kitchen/." whole/two
git -C whole add -A
git -C whole -c user.name=A -c user.email=a@project.invalid commit -qm begin
rm -rf whole/one
run doctor whole --all --no-git --against main
is_status 1
has_err "error: this branch has no project 'main:one/alembic.ini' any more: databases at one of its 3 revisions stop at every command"
lacks_err 'main:two'
mv whole/two whole/three
run doctor whole --all --no-git --against main
lacks_err 'main:two'
mkdir whole/two
cp -R "$top/tests/projects/kitchen/." whole/two
rm whole/two/alembic/versions/*.py
rm -rf whole/three
run doctor whole --all --no-git --against main
is_status 1
has_err "no project 'main:two/"
rm -rf whole/two
run doctor whole --against main
is_status 1
has_err "this branch has no project 'main:two/"
