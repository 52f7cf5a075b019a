# The hook for pre-commit, run by the real one, and the pages' configurations as they stand there.
for tool in pre-commit git; do
	command -v $tool >/dev/null || {
		echo "skipped: no $tool"
		exit 77
	}
done
export PRE_COMMIT_HOME="$folder/cache" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@project.invalid GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@project.invalid
mkdir bin
ln -s "$program" bin/rehearse
PATH="$PWD/bin:$PATH"

# The hook's own repository.
git init -q -b main hooks
cp "$top/.pre-commit-hooks.yaml" hooks/
git -C hooks add -A
git -C hooks commit -qm hooks
git -C hooks tag v0.1.0

# block FILE: the code block of the page that begins with a comment naming the file.
block() {
	awk -v name="# $1" '$0 == "```" { on = 0 } on { print } $0 == name { on = 1 }' "$top/docs/projects.md"
}

# A repository with two projects.
git init -q -b main mono
mkdir mono/app mono/server
cp -R "$top/tests/projects/fleet/." mono/server
cp -R "$top/tests/projects/clinic/." mono/app
block .pre-commit-config.yaml | sed "s|URL-OF-REHEARSE|$PWD/hooks|" >mono/.pre-commit-config.yaml
cd mono || exit 1
git add -A

# hook COMMAND...: do something that the hook looks at.
hook() {
	shown="$*"
	status=0
	"$@" >"$folder/out" 2>&1 || status=$?
}

hook pre-commit install
is_status 0
hook git commit -qm 'begin'
is_status 0
has_out 'Passed'

# No migration changed: it is quick, whatever else the commit has.
echo 'more' >notes.txt
git add -A
start=$(date +%s)
hook git commit -qm 'notes'
is_status 0
[ $(($(date +%s) - start)) -le 30 ] || fail 'it was not quick'

# A file that breaks the chain; one that is gone.
sed "s/'0003'/'0005'/; s/'0002'/'0004'/; s/ID: 0003/ID: 0005/; s/Revises: 0002/Revises: 0004/" \
	server/src/fleet/db/migrations/versions/0003_fuel_cards.py >server/src/fleet/db/migrations/versions/0005_fines.py
git add -A
hook git commit -qm 'fines'
is_status 1
has_out 'Failed'
has_out "down_revision '0004' is no revision"
git reset -q --hard
git rm -q server/src/fleet/db/migrations/versions/0002_trips.py
hook git commit -qm 'clean up'
is_status 1
has_out "down_revision '0002' is no revision"
git reset -q --hard

# What is not staged does not count.
rm server/src/fleet/db/migrations/versions/0002_trips.py
echo 'more still' >>notes.txt
git add notes.txt
hook git commit -qm 'more notes'
is_status 0
git checkout -q .

# With arguments.
git checkout -q -b branch
sed -i "s/'trips'/'journeys'/" server/src/fleet/db/migrations/versions/0002_trips.py
sed -i 's/rehearse-doctor/&\n        args: [--against, main]/' .pre-commit-config.yaml
git add -A
hook git commit -qm 'journeys'
is_status 1
has_out 'edited-revision'

# The commands of the workflow.
git commit -qnm 'journeys all the same'
git update-ref refs/remotes/origin/main main
git tag v1.0 main
block .github/workflows/migrations.yml >"$folder/workflow"
[ "$(grep -c 'run: rehearse' "$folder/workflow")" -eq 2 ] || fail 'the page has two commands'
sed -n 's/^ *run: \(rehearse .*\)/\1/p' "$folder/workflow" >"$folder/commands"
export GITHUB_BASE_REF=main
hook sh -c "$(sed -n 1p "$folder/commands")"
is_status 1
has_out '::error file=server/src/fleet/db/migrations/versions/0002_trips.py,line=22,'
hook sh -ec "$(sed -n 2p "$folder/commands")"
is_status 0
[ -s doctor.sarif ] || fail 'no SARIF was written'
cd ..
