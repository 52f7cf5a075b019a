# What differed is remembered until it does not.
run run --last-failed
is_status 4
has_err 'no cell differed in the last run'
run run
holds ! -e .rehearse

sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
run run
is_status 1
file_is .rehearse/last-failed <<'END'
ladder/up@lying:sqlite
END
run run scenarios/fork.yaml # another cell passes, and this is not forgotten
is_status 0
run run --last-failed
is_status 1
has_out '1 cell: 0 as expected, 1 differs'

sed -i 's/fails_at: 1}/wrong: [schema]}/' scenarios/ladder.yaml
run run --last-failed
is_status 0
holds ! -e .rehearse

# A folder that cannot be written is no reason to fail.
sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
: >.rehearse
run run
is_status 1
has_err 'warning: --last-failed will not know this run'
