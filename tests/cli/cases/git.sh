# Projects in git: at a commit, and where a missing file went.
run doctor --at HEAD .
grep -q "built without libgit2" "$folder/err" && exit 77
command -v git >/dev/null || exit 77
sh "$top/tests/projects/histories.sh" git deleted unmerged rewritten renamed squashed gone || exit 1
find git -type f | sort | xargs cksum >before

# A parent that a commit deleted.
run doctor git/deleted
is_status 1
has_out "down_revision '0002' is no revision; it stands in"
tr -s ' \n' ' ' <"$folder/out" >flat
grep -qF "server/src/fleet/db/migrations/versions/0002_trips.py up to" flat || fail 'the file is named'
grep -q "(deleted by [0-9a-f]*, 2025-08-02, 'clean up')" flat || fail 'the commit that deleted it is named'
grep -q "Bring it back: git -C .*/git/deleted restore --source=[0-9a-f]* -- server/src" flat || fail 'the command is given'
command=$(sed -n 's/.*Bring it back: \(git -C [^ ]* restore --source=[0-9a-f]* -- [^ ]*\).*/\1/p' flat)
cp -R git/deleted repaired
(eval "$(echo "$command" | sed 's|/git/deleted|/repaired|')") || fail "the command fails: $command"
run doctor repaired
is_status 0
run doctor git/deleted --no-git
is_status 1
lacks_out 'stands in'
(cd git/deleted/server && "$program" doctor --format json >"$folder/out")
has_out '"deleted_by": "'
has_out '"path": "server/src/fleet/db/migrations/versions/0002_trips.py"'
has_out 'Bring it back: git restore --source='

# The command stands in one line, to be pasted.
run doctor git/deleted
grep -q '^    git -C .* restore --source=[0-9a-f]* -- server/.*trips.py$' "$folder/out" || fail 'the command is broken'

# What comes back may miss another file; what was taken out need not be committed.
run doctor git/gone
is_status 1
tr -s ' \n' ' ' <"$folder/out" >flat
grep -q '0002_trips.py in HEAD, [0-9a-f]*; it was taken out since' flat || fail 'what HEAD has is told'
grep -q "with all else as suggested: down_revision '0001' is no revision; it stands in" flat || fail 'its parent is sought too'
lacks_out 'multiple-heads'

# History was squashed: who took the place is told, and by which commit, though a merge brought the rest.
run doctor git/squashed
is_status 1
tr -s ' \n' ' ' <"$folder/out" >flat
grep -q "(deleted by [0-9a-f]*, 2025-08-03, 'squash') Write '2025_all': it took its place." flat || fail 'the squash is told'

# One on a branch; one on none; one whose id was changed; a shallow clone.
run doctor git/unmerged
is_status 1
tr -s ' \n' ' ' <"$folder/out" | grep -q 'it is on branch feature/coupons (git/unmerged/server/.*0004_coupons.py in [0-9a-f]*), not merged' || fail 'the branch is named'
run doctor git/rewritten
tr -s ' \n' ' ' <"$folder/out" | grep -q '0004_tolls.py in commit [0-9a-f]*, which is on no branch' || fail 'the lost commit is named'
run doctor git/renamed
tr -s ' \n' ' ' <"$folder/out" | grep -q "it was the id of git/renamed/server/.*0002_trips.py up to [0-9a-f]* (changed by" || fail 'the change is named'
lacks_out 'Bring it back'
run doctor git/shallow
is_status 1
has_err 'this clone is shallow'

# At a commit: of a repository, a bare one, a worktree; nothing is checked out.
run doctor git/deleted --at HEAD~2
is_status 0
has_out '3 revisions, 1 head, 1 base: no faults'
run doctor git/bare.git --at main
is_status 1
run doctor git/bare.git --at main~2 --format json
is_status 0
has_out '"at": "main~2"'
has_out '"path": "server/alembic.ini"'
run tree git/unmerged/server --at feature/coupons
is_status 0
has_out '0004 (head)  Coupons.'
run plan git/worktree upgrade head
is_status 0
has_out '0003 -> 0004, Coupons.'
run plan git/deleted/server/alembic.ini upgrade head --at HEAD~2
is_status 0
run doctor git/deleted --at nowhere
is_status 2
has_err "the git repository has no commit 'nowhere'"
cp "$top/scenarios/wallet-two-heads.yaml" git/deleted/
run doctor git/deleted/wallet-two-heads.yaml --at HEAD
is_status 2
has_err "'--at' reads Alembic projects, and 'git/deleted/wallet-two-heads.yaml' is a scenario"
rm git/deleted/wallet-two-heads.yaml
run doctor git/deleted/gone --at HEAD
is_status 2
has_err "there is no 'git/deleted/gone' in 'HEAD'"

# By way of a link.
ln -s git/deleted link
run doctor link --at HEAD~2
is_status 0
run doctor link/server --at HEAD~2
is_status 0

# A bare one that does not say so.
cp -R git/bare.git unsaid.git
rm unsaid.git/config
run doctor unsaid.git --at main~2
is_status 0

# What only a commit has, and what no commit has.
run doctor git/bare.git
is_status 4
has_err "It is a bare git repository: '--at REF' reads the project as a commit has it."
run doctor git/bare.git/srver --at main
is_status 2
has_err "Near it: 'main:server' and 'main:server/alembic.ini'."
run doctor git/bare.git --at man
is_status 2
has_err "Did you mean 'main'?"
run doctor git/shallow --at HEAD~3
is_status 2
has_err 'This clone is shallow, and may lack it:'
mkdir outside
run doctor outside --at HEAD
is_status 2
has_err 'is in no git repository'
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@project.invalid GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@project.invalid
git init -q super
git -C super -c protocol.file.allow=always submodule --quiet add "$PWD/git/renamed" sub
git -C super commit -qm 'a project within'
run doctor super
is_status 1
run doctor super --at HEAD
is_status 4
has_err 'It holds .gitmodules, sub (a submodule).'
run doctor super/sub --at HEAD~1
is_status 0

# What `try` is to try is looked for before anything is made of it: what was typed is wrong, not a file of ours.
run try --source git/deleted nosuch mian
is_status 2
has_err "error: the git repository has no commit 'nosuch'"
has_err "error: the git repository has no commit 'mian'"
lacks_err 'try.yaml'
cp -R "$top/tests/projects/bookshop" outside
run try --source outside HEAD
is_status 2
has_err "is in no git repository"
lacks_err 'try.yaml'

find git -type f | sort | xargs cksum | diff before - || fail 'a repository was changed'
