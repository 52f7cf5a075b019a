#!/bin/sh
# histories.sh FOLDER - make git repositories below FOLDER, each with a project whose history answers a question.
# Commits have fixed dates and names, and so fixed ids.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=Ada GIT_AUTHOR_EMAIL=ada@project.invalid GIT_COMMITTER_NAME=Ada GIT_COMMITTER_EMAIL=ada@project.invalid
day=1

commit() { # MESSAGE
	GIT_AUTHOR_DATE="2025-08-$(printf %02d $day)T12:00:00+0000"
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
	day=$((day + 1))
	git add -A
	git commit -qm "$1"
}

begin() { # NAME: a copy of the fleet, in a repository of its own, one folder down
	day=1
	mkdir "$1"
	cd "$1"
	git init -q -b main .
	mkdir server
	cp -R "$here/fleet/." server/
	commit 'begin'
}

versions=server/src/fleet/db/migrations/versions

# A parent deleted.
begin deleted
git rm -q $versions/0002_trips.py
commit 'clean up'
echo more >>server/notes.txt
commit 'notes'
cd ..

# A parent on a branch that was never merged.
begin unmerged
git checkout -q -b feature/coupons
sed "s/'0003'/'0004'/; s/'0002'/'0003'/; s/Fuel cards/Coupons/" $versions/0003_fuel_cards.py >$versions/0004_coupons.py
commit 'coupons'
git checkout -q main
sed "s/'0003'/'0005'/; s/'0002'/'0004'/; s/Fuel cards/Discounts/" $versions/0003_fuel_cards.py >$versions/0005_discounts.py
commit 'discounts'
cd ..

# History rewritten: the commit that had the parent is on no branch any more.
begin rewritten
sed "s/'0003'/'0004'/; s/'0002'/'0003'/" $versions/0003_fuel_cards.py >$versions/0004_tolls.py
commit 'tolls'
git reset -q --hard HEAD~1
sed "s/'0003'/'0005'/; s/'0002'/'0004'/" $versions/0003_fuel_cards.py >$versions/0005_fines.py
commit 'fines'
cd ..

# Squashed: an id was changed in its file.
begin renamed
sed -i "s/'0002'/'trips_2025'/" $versions/0002_trips.py
commit 'name it better'
cd ..

# A shallow clone of the first.
git clone -q --depth 1 "file://$PWD/deleted" shallow 2>/dev/null
git clone -q --bare deleted bare.git
git -C unmerged worktree add -q ../worktree feature/coupons
