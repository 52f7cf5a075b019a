#!/bin/sh
# histories.sh FOLDER [NAME...] - make git repositories below FOLDER, each with a project whose history answers a question: all
# of them, or those. Commits have fixed dates and names, and so fixed ids.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
shift
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

# A copy of the fleet, one folder down, with which all begin.
day=1
git init -q --template= -b main begun
cd begun
mkdir server
cp -R "$here/fleet/." server/
commit 'begin'
cd ..

versions=server/src/fleet/db/migrations/versions

# A parent deleted. Beside it, a shallow clone and a bare one.
deleted() {
	git rm -q $versions/0002_trips.py
	commit 'clean up'
	echo more >>server/notes.txt
	commit 'notes'
	cd ..
	git clone -q --depth 1 "file://$PWD/deleted" shallow 2>/dev/null
	git clone -q --bare deleted bare.git
}

# A parent on a branch that was never merged. Beside it, a working tree of that branch.
unmerged() {
	git checkout -q -b feature/coupons
	sed "s/'0003'/'0004'/; s/'0002'/'0003'/; s/Fuel cards/Coupons/" $versions/0003_fuel_cards.py >$versions/0004_coupons.py
	commit 'coupons'
	git checkout -q main
	sed "s/'0003'/'0005'/; s/'0002'/'0004'/; s/Fuel cards/Discounts/" $versions/0003_fuel_cards.py >$versions/0005_discounts.py
	commit 'discounts'
	git worktree add -q ../worktree feature/coupons
}

# History rewritten: the commit that had the parent is on no branch any more.
rewritten() {
	sed "s/'0003'/'0004'/; s/'0002'/'0003'/" $versions/0003_fuel_cards.py >$versions/0004_tolls.py
	commit 'tolls'
	git reset -q --hard HEAD~1
	sed "s/'0003'/'0005'/; s/'0002'/'0004'/" $versions/0003_fuel_cards.py >$versions/0005_fines.py
	commit 'fines'
}

# An id was changed in its file.
renamed() {
	sed -i "s/'0002'/'trips_2025'/" $versions/0002_trips.py
	commit 'name it better'
}

# Squashed: one file took the place of all, while a branch went on from the last of them.
squashed() {
	git checkout -q -b feature/tolls
	sed "s/'0003'/'0004'/; s/'0002'/'0003'/; s/ 0003$/ 0004/; s/ 0002$/ 0003/" $versions/0003_fuel_cards.py >$versions/0004_tolls.py
	commit 'tolls'
	git checkout -q main
	sed "s/'0003'/'2025_all'/; s/'0002'/None/; s/ 0003$/ 2025_all/; s/ 0002$//" $versions/0003_fuel_cards.py >$versions/2025_all.py
	git rm -q $versions/0001_vehicles.py $versions/0002_trips.py $versions/0003_fuel_cards.py
	commit 'squash'
	git merge -q --no-ff -m 'merge tolls' feature/tolls
}

# Two files that were removed, one of them not yet committed.
gone() {
	git rm -q $versions/0001_vehicles.py
	commit 'not needed'
	rm $versions/0002_trips.py
}

# A main branch with a release, and branches that were cut from it before it gained one more: each changes the past in
# its own way, or does not.
branches() {
	git tag v1.0
	revision() { # ID PARENT TITLE >FILE
		sed "s/'0003'/'$1'/; s/'0002'/'$2'/; s/ID: 0003/ID: $1/; s/Revises: 0002/Revises: $2/; s/Fuel cards/$3/" \
			$versions/0003_fuel_cards.py
	}
	revision 0004 0003 Tolls >$versions/0004_tolls.py
	commit 'tolls, not released yet'
	branch() { # NAME
		git checkout -q -b "$1" main
	}
	branch squashed # three files become one
	revision 0003_all None Everything | sed "s/'None'/None/; s/: None/:/" >$versions/0003_all.py
	git rm -q $versions/0001_vehicles.py $versions/0002_trips.py $versions/0003_fuel_cards.py
	sed -i "s/'0003'/'0003_all'/; s/Revises: 0003/Revises: 0003_all/" $versions/0004_tolls.py
	commit 'squash'
	branch swapped # two change places
	sed -i "s/= '0002'/= '0001'/; s/Revises: 0002/Revises: 0001/" $versions/0003_fuel_cards.py
	sed -i "s/= '0001'/= '0003'/; s/Revises: 0001/Revises: 0003/" $versions/0002_trips.py
	sed -i "s/= '0003'/= '0002'/; s/Revises: 0003/Revises: 0002/" $versions/0004_tolls.py
	commit 'fuel cards before trips'
	branch inserted # one more in the middle
	revision routes 0002 Routes >$versions/routes.py
	sed -i "s/= '0002'/= 'routes'/; s/Revises: 0002/Revises: routes/" $versions/0003_fuel_cards.py
	commit 'routes'
	branch moved # a file that no release has follows one more
	revision fines 0003 Fines >$versions/fines.py
	sed -i "s/= '0003'/= 'fines'/; s/Revises: 0003/Revises: fines/" $versions/0004_tolls.py
	commit 'fines before tolls'
	branch edited # what ran does something else
	sed -i "s/'trips', /'journeys', /" $versions/0002_trips.py
	commit 'call them journeys'
	branch formatted # what ran looks otherwise, and goes back otherwise
	sed -i "s/'/\"/g; s/op.create_table(\(.*\))\$/op.create_table(\n        \1,\n    )  # the table/; s/op.drop_table(.*/op.execute(\"DROP TABLE trips\")/; s/^\"\"\"Trips\\./&\n\nAll of them./" $versions/0002_trips.py
	commit 'format'
	branch late # its own one, beside what main has gained meanwhile
	revision 0005b 0004 Discounts >$versions/0005b_discounts.py
	commit 'discounts'
	branch taken # an id that main has taken meanwhile
	revision 0005 0004 Discounts | sed "s/fuel_cards/discounts/" >$versions/0005_discounts.py
	commit 'discounts'
	git checkout -q main
	revision 0005 0004 Parking | sed "s/fuel_cards/parking/" >$versions/0005_parking.py
	commit 'parking'
}

for name in ${*:-deleted unmerged rewritten renamed squashed gone branches}; do
	cp -R begun "$name"
	(cd "$name" && day=2 && "$name")
done
rm -rf begun
