# Squashed histories: whoever follows one of the files that went follows what took its place, wherever along the chain
# that is; and Alembic loads what the patch leaves.
run doctor --at HEAD .
grep -q "built without libgit2" "$folder/err" && exit 77
command -v git >/dev/null || exit 77
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@project.invalid
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@project.invalid GIT_AUTHOR_DATE='2025-08-01T12:00:00+0000'
export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE GIT_CEILING_DIRECTORIES="$folder"

# revision ID PARENT TABLE...: a file of this id; PARENT is Python.
revision() {
	id=$1
	parent=$2
	shift 2
	{
		printf 'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "%s"\ndown_revision = %s\n\n\ndef upgrade():\n' \
			"$id" "$parent"
		for table; do printf '    op.create_table("%s", sa.Column("id", sa.Integer))\n' "$table"; done
		printf '    pass\n\n\ndef downgrade():\n    pass\n'
	} >"alembic/versions/$id.py"
}

# begin NAME: a project with a chain of four, in a repository.
begin() {
	cd "$folder" || exit 1
	mkdir -p "$1/alembic/versions"
	cd "$1" || exit 1
	git init -q -b main .
	printf '[alembic]\nscript_location = alembic\n' >alembic.ini
	printf '' >alembic/env.py
	revision a1b2 None users
	revision b2c3 '"a1b2"' orders
	revision c3d4 '"b2c3"' coupons
	revision d4e5 '"c3d4"' refunds
	save 'begin'
}

save() { # MESSAGE
	git add -A
	git commit -qm "$1"
}

gone() { # ID...
	for id; do rm "alembic/versions/$id.py"; done
}

# follows ID PARENTS: after the patch the file says so; nothing is left to find, and Alembic has one head.
follows() {
	grep -q "^down_revision = $2\$" "alembic/versions/$1.py" || {
		fail "$1 does not follow $2"
		grep down_revision "alembic/versions/$1.py"
	}
}
repaired() { # FILES
	shown="doctor --patch in $PWD"
	"$program" doctor --patch >"$folder/out" 2>"$folder/err"
	git apply "$folder/out" || fail 'git apply refuses it'
	run doctor
	is_status 0
	set -- "$1" "$(find alembic/versions -name '*.py' | wc -l)"
	[ "$1" -eq "$2" ] || fail "$2 files, expected $1"
	pwd >>"$folder/all"
}

# In the middle of the chain.
begin middle
gone b2c3 c3d4
revision sq99 '"a1b2"' orders coupons
save 'squash'
run doctor
is_status 1
tr -s ' \n' ' ' <"$folder/out" | grep -q "'squash') Write 'sq99': it took its place" || fail 'the squash is told'
repaired 3
follows d4e5 '"sq99"'

# At the root: a base takes the place of all below.
begin root
gone a1b2 b2c3 c3d4
revision sq99 None users orders coupons
save 'squash'
repaired 2
follows d4e5 '"sq99"'

# At the end, while a branch went on from the last, and one from the middle.
begin end
git checkout -q -b feature/late
revision e5f6 '"d4e5"' late
save 'late'
git checkout -q -b feature/early main
revision f6a7 '"c3d4"' early
save 'early'
git checkout -q main
gone c3d4 d4e5
revision sq99 '"b2c3"' coupons refunds
save 'squash'
git merge -q --no-edit feature/late
git merge -q --no-edit feature/early
repaired 6
follows e5f6 '"sq99"'
follows f6a7 '"sq99"'

# Two branches and their merge become one.
begin branches
revision e1 '"d4e5"' left
revision e2 '"d4e5"' right
revision merged '("e1", "e2")'
revision f6a7 '"merged"' after
save 'two branches'
gone e1 e2 merged
revision sq99 '"d4e5"' left right
save 'squash'
repaired 6
follows f6a7 '"sq99"'

# Two squashes in one commit: each has what it took in; and those of files with nothing to tell them by.
begin two
revision e5f6 '"d4e5"' late
save 'late'
git checkout -q -b feature
revision f6a7 '"b2c3"' early
save 'early'
git checkout -q main
gone a1b2 b2c3 c3d4 d4e5
revision s1 None users orders
revision s2 '"s1"' coupons refunds
save 'squash'
git merge -q --no-edit feature
repaired 5
follows e5f6 '"s2"'
follows f6a7 '"s1"'

# A squash that is squashed in turn.
begin twice
git checkout -q -b feature
revision e5f6 '"c3d4"' late
save 'late'
git checkout -q main
gone b2c3 c3d4
revision s1 '"a1b2"' orders coupons
sed -i 's/"c3d4"/"s1"/' alembic/versions/d4e5.py
save 'squash'
gone s1 d4e5
revision s2 '"a1b2"' orders coupons refunds
save 'squash once more'
git merge -q --no-edit feature
repaired 3
follows e5f6 '"s2"'

# One keeps its id, and takes the one below it in.
begin kept
git checkout -q -b feature
revision e5f6 '"b2c3"' late
save 'late'
git checkout -q main
gone b2c3
revision c3d4 '"a1b2"' orders coupons
save 'squash'
git merge -q --no-edit feature
repaired 5
follows e5f6 '"c3d4"'

# None of that: a file that went, and one that came in its place and has nothing of it.
begin other
git checkout -q -b feature
revision e5f6 '"d4e5"' late
save 'late'
git checkout -q main
gone d4e5
revision fresh '"c3d4"' other
save 'no refunds'
git merge -q --no-edit feature
run doctor
is_status 1
has_out 'Bring it back:'
lacks_out 'it took its place'

# Not committed yet, as a hook sees it before the commit: in the working tree alone, and added to the index.
for how in plain added; do
	begin "uncommitted-$how"
	revision e5f6 '"d4e5"' late
	save 'late'
	gone b2c3 c3d4
	revision sq99 '"a1b2"' orders coupons
	[ "$how" = plain ] || git add -A
	git status --porcelain >"$folder/before"
	run doctor
	is_status 1
	tr -s ' \n' ' ' <"$folder/out" | grep -q 'taken out since Write .sq99.: it took its place' || fail 'the squash is told'
	lacks_out 'git restore'
	git status --porcelain | diff "$folder/before" - || fail 'the repository was changed'
	run doctor --at HEAD
	is_status 0
	repaired 4
	follows d4e5 '"sq99"'
done

# The same where git runs the program before a commit of some files, with an index made for that.
begin hooked
gone b2c3 c3d4
revision sq99 '"a1b2"' orders coupons
git add -N alembic
printf '#!/bin/sh\n"%s" doctor >"%s/hooked.out"\n' "$program" "$folder" >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
git commit -qm 'squash' alembic && fail 'the hook lets it through'
grep -q "Write 'sq99': it took its place" "$folder/hooked.out" || fail 'the hook tells the squash'

# What was only ever in the index is squashed, too, and a file that git ignores may be what came.
begin ignored
revision e5f6 '"d4e5"' early
revision f6a7 '"e5f6"' late
revision a7b8 '"f6a7"' last
git add -A
gone e5f6 f6a7
revision sq99 '"d4e5"' early late
echo 'sq99.py' >.git/info/exclude
repaired 6
follows a7b8 '"sq99"'

# A file that went and an unrelated one that came are none.
begin unlike
revision e5f6 '"d4e5"' late
save 'late'
gone d4e5
revision fresh '"c3d4"' other
run doctor
is_status 1
has_out 'git restore --source='
lacks_out 'it took its place'

# A squash at the root of one chain is nothing to files that went at the root of another one.
begin roots
revision p1 None parcels
revision p2 '"p1"' labels
revision p3 '"p2"' routes
printf 'branch_labels = "post"\n' >>alembic/versions/p1.py
printf 'branch_labels = "shop"\n' >>alembic/versions/a1b2.py
save 'another chain'
gone a1b2 b2c3 p1 p2
revision sq99 None users orders
printf 'branch_labels = "shop"\n' >>alembic/versions/sq99.py
save 'squash'
repaired 6
follows c3d4 '"sq99"'
follows p3 '"p2"'

# The project was moved since: what is brought back comes to where the project is now.
begin moved
gone c3d4
save 'clean up'
mkdir server
git mv alembic alembic.ini server
save 'move'
cd server || exit 1
run doctor
is_status 1
tr -s ' \n' ' ' <"$folder/out" >"$folder/flat"
grep -q 'it stands in ../alembic/versions/c3d4.py up to' "$folder/flat" || fail 'its old place is told'
command=$(sed -n 's/^ *\(git show [0-9a-f]*:alembic.*\)/\1/p' "$folder/out")
[ "${command##*>}" = alembic/versions/c3d4.py ] || fail "the command is to write it: $command"
cp -R "$folder/moved" "$folder/moved-by-hand"
(cd "$folder/moved-by-hand/server" && eval "$command" && "$program" doctor >/dev/null) || fail "the command fails: $command"
repaired 4

# The same before the move is committed, and in the commit that moves it.
begin moving
mkdir server
mv alembic alembic.ini server
rm server/alembic/versions/c3d4.py
cd server || exit 1
run doctor
is_status 1
tr -s ' \n' ' ' <"$folder/out" | grep -q 'stands in ../alembic/versions/c3d4.py in HEAD' || fail 'HEAD has it elsewhere'
git add -A ..
git commit -qm move
run doctor
is_status 1
tr -s ' \n' ' ' <"$folder/out" | grep -q "stands in ../alembic/versions/c3d4.py up to .*'move'" || fail 'the commit that moved the rest'
repaired 4

# Added, never committed, and gone.
begin added
revision e5f6 '"d4e5"' late
revision f6a7 '"e5f6"' later
git add alembic
rm alembic/versions/e5f6.py
run doctor
is_status 1
tr -s ' \n' ' ' <"$folder/out" | grep -q "stands in alembic/versions/e5f6.py in git's index; it was taken out since" || fail 'the index has it'
has_out 'git restore -- alembic/versions/e5f6.py'
"$program" doctor --format json >"$folder/out"
has_out '"commit": null'
repaired 6

# A repository that cannot be read is told of, and none is no reason to speak.
begin broken
gone c3d4
rm .git/HEAD
run doctor
is_status 1
has_err "note: git history was not searched for missing files: "
has_err "there is a '.git'"
rm -rf .git
run doctor
is_status 1
no_err

# From the folder above the repository the patch is not to be applied.
begin above
gone c3d4
cd .. || exit 1
run doctor above --patch
is_status 1
has_err "to apply it: git -C $folder/above apply"
eval "$(sed -n 's/^to apply it: //p' "$folder/err")" <"$folder/out" || fail 'the command fails'
run doctor above
is_status 0

# Two repositories are no one patch.
mkdir -p "$folder/several" && cd "$folder/several" || exit 1
mkdir one two
cp -R "$folder/broken/." one
cp -R "$folder/broken/." two
git init -q one
git init -q two
run doctor --all --patch --no-git
is_status 1
has_err 'not in the patch: two/alembic.ini: its paths count from another folder'
git -C one apply "$folder/out" || fail 'git apply refuses the first'
run doctor one
is_status 0

# What all those patches have left is what Alembic loads.
! has_alembic || "$REHEARSE_PYTHON" -B - "$folder/all" <<'END' || fail 'Alembic does not load them'
import os
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory

for folder in open(sys.argv[1]).read().split():
    os.chdir(folder)
    script = ScriptDirectory.from_config(Config("alembic.ini"))
    heads = 2 if folder.endswith("/roots") else 1  # two chains with labels
    assert len(script.get_heads()) == heads, (folder, script.get_heads())
    list(script.walk_revisions())
END
