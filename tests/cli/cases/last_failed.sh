# What differed is remembered until it does not, by the file that it is in.
run run --last-failed
is_status 0
no_out
is_err <<'END'
nothing failed last time
END
run run
holds ! -e .rehearse

sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
run run
is_status 1
file_is .rehearse/last-failed <<'END'
scenarios/ladder.yaml	ladder/up@lying:sqlite
END
file_is .rehearse/.gitignore <<'END'
*
END
run run scenarios/fork.yaml # another cell passes, and this is not forgotten
is_status 0
run run --last-failed
is_status 1
has_out '1 cell: 0 as expected, 1 differs'
run run --last-failed ./scenarios
is_status 1
has_out '1 cell: 0 as expected, 1 differs'
run run --last-failed scenarios/fork.yaml
is_status 0
has_err 'nothing failed last time'
run run --last-failed --filter nomatch
is_status 4
has_err "no cell is called like 'nomatch'"

# A file that is not below scenarios/ is known too; one that is gone, and a cell that is, are forgotten.
mkdir incidents
cp scenarios/ladder.yaml incidents/incident.yaml
run run incidents/incident.yaml
is_status 1
run run --last-failed
has_out '2 cells: 0 as expected, 2 differ'
rm incidents/incident.yaml
run run --last-failed
has_out '1 cell: 0 as expected, 1 differs'
has_err "warning: 'incidents/incident.yaml' had a cell that failed last time, and is gone"
cp scenarios/ladder.yaml "$folder/ladder.yaml"
sed -i 's/lying/liar/' scenarios/ladder.yaml
run run --last-failed
is_status 0
has_err 'nothing failed last time'
run run --filter fork
holds ! -e .rehearse
cp "$folder/ladder.yaml" scenarios/ladder.yaml

# What moved away is told, and is no success; two files of one name have each their own.
rm -rf .rehearse
mkdir one two
printf 'rehearse: 1\nengines: [sqlite]\nsteps: [{upgrade: nope}]\n' | tee one/same.yaml >two/same.yaml
run run one/same.yaml
run run two/same.yaml
is_status 1
run run --last-failed
is_status 1
has_out '2 cells: 0 work, 2 do not'
mv one/same.yaml one/moved.yaml
rm two/same.yaml
run run --last-failed
is_status 4
no_out
is_err <<'END'
warning: 'one/same.yaml' had a cell that failed last time, and is gone
warning: 'two/same.yaml' had a cell that failed last time, and is gone
END
rm -r one two .rehearse

# Runs that end together do not overwrite each other.
mkdir many
for i in 1 2 3 4 5 6 7 8; do
	printf 'rehearse: 1\nengines: [sqlite]\nsteps: [{upgrade: nope}]\n' >many/m$i.yaml
done
for i in 1 2 3 4 5 6 7 8; do
	"$program" run --jobs 1 many/m$i.yaml >"$folder/m$i" 2>&1 &
done
wait
holds "$(grep -c '^many/' .rehearse/last-failed)" -eq 8
rm -r many .rehearse

sed -i 's/fails_at: 1}/wrong: [schema]}/' scenarios/ladder.yaml
run run
is_status 0
holds ! -e .rehearse

# --keep failed keeps what is not as recorded, too, and a folder that cannot be written takes no verdict away.
run accept
sed -i 's/^verdict: .*/verdict: something else/' expected/ladder/up@fresh.sqlite.txt
run run --keep failed
is_status 1
has_out "kept: sqlite3 '.rehearse/kept/ladder-up-fresh-sqlite-"
file_is .rehearse/.gitignore <<'END'
*
END
# They are removed when that is asked for, and nothing else is: no file of others, and nothing that a link leads to.
echo mine >.rehearse/kept/notes.txt
run clean
holds "$(ls .rehearse/kept/*.sqlite | wc -l)" = 1
run clean --kept
is_status 0
has_out ', 1 kept file removed'
holds "$(ls .rehearse/kept)" = notes.txt
rm .rehearse/kept/notes.txt
run clean --kept
has_out ', 0 kept files removed'
holds ! -e .rehearse/kept
mkdir victim
: >victim/precious.sqlite
ln -s ../victim .rehearse/kept
run clean --kept
holds -e victim/precious.sqlite
rm -r victim .rehearse expected

# A folder that cannot be written is no reason to fail.
sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
: >.rehearse
run run
is_status 1
has_err 'warning: --last-failed will not know this run'
run run --keep all scenarios/fork.yaml
is_status 0
has_err 'could not be kept: could not make folder'
