# Where records are, and those that nobody owns.
run accept
run run
is_status 0

# A strategy that is gone, and a scenario that is gone.
cp expected/fork/head@fresh.sqlite.txt expected/fork/gone@fresh.sqlite.txt
mkdir expected/lost
cp expected/fork/head@fresh.sqlite.txt expected/lost/head@fresh.sqlite.txt
run run
is_status 1
has_out '5 cells: 5 as expected; 2 stale records'
is_err <<'END'
error: record 'expected/fork/gone@fresh.sqlite.txt' belongs to no cell any more
error: record 'expected/lost/head@fresh.sqlite.txt' belongs to no cell any more
  hint: 'rehearse accept' shows and removes such records.
END
# Of many, as of a scenario that was renamed, some are named and the rest is counted.
for i in $(seq 21); do
	cp expected/fork/head@fresh.sqlite.txt "expected/lost/more-$i@fresh.sqlite.txt"
done
run run
is_status 1
has_out '23 stale records'
[ "$(grep -c 'belongs to no cell' "$folder/err")" -eq 20 ] || fail 'all are named'
has_err 'error: so do 3 records more'
rm expected/lost/more-*
run run --filter heads # who asks for particular cells hears of these alone
is_status 0
run run --engine sqlite # one engine's cells are particular ones, too
is_status 0
run run scenarios/ladder.yaml # and so does who names other files
is_status 0
run accept --filter heads
is_status 0
holds -f expected/lost/head@fresh.sqlite.txt
run accept
is_status 0
has_out 'removed expected/fork/gone@fresh.sqlite.txt'
has_out 'removed expected/lost/head@fresh.sqlite.txt'
holds ! -e expected/lost
run run
is_status 0
no_err

# Records of scenarios in other folders are not lost.
mkdir more
mv scenarios/fork.yaml more/
run run scenarios
is_status 0
run run more
is_status 0
mv more/fork.yaml scenarios/

# Another folder; one beside the scenarios; one further up.
run accept --expected elsewhere
holds -f elsewhere/fork/head@fresh.sqlite.txt
rm elsewhere/fork/heads@fresh.sqlite.txt
run run --expected elsewhere
is_status 0
has_out '5 cells: 5 as expected; 1 not recorded'
run run --expected elswhere
is_status 2
has_err "option '--expected' cannot be 'elswhere': there is no such folder"
mkdir -p far/below
cp -R scenarios far/below/
run run far/below/scenarios
has_out '5 cells: 5 as expected'
lacks_out 'not recorded'
mkdir far/expected
run run far/below/scenarios
has_out '5 not recorded'
rm -r far/expected expected
run accept far/below/scenarios
holds -f far/below/expected/fork/head@fresh.sqlite.txt
cd far/below/scenarios
rm -r ../expected
run accept fork.yaml
holds -f expected/fork/head@fresh.sqlite.txt
cd ../../..

# Nowhere to write.
: >blocked
run accept --expected blocked
is_status 3
has_err "could not"
