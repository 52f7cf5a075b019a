# Parts of a run: which one it is, and all of them as one.

# Whoever runs parts says so in variables of its own: a row each, of the second part of four.
second_of_four() {
	env "$@" "$program" run --engine sqlite --shard auto --report json:auto.json -q >"$folder/out" 2>"$folder/err"
	status=$?
	shown="rehearse run --shard auto with $*"
	is_status 0
	grep -q '"shard": {"part": 2, "parts": 4,' auto.json || fail "another part: $(cat "$folder/err")"
}
cp -R "$top/scenarios/half-done-upgrades" scenarios
second_of_four CI_NODE_INDEX=2 CI_NODE_TOTAL=4
second_of_four CIRCLE_NODE_INDEX=1 CIRCLE_NODE_TOTAL=4
second_of_four BUILDKITE_PARALLEL_JOB=1 BUILDKITE_PARALLEL_JOB_COUNT=4
second_of_four SYSTEM_JOBPOSITIONINPHASE=2 SYSTEM_TOTALJOBSINPHASE=4
second_of_four JOB_COMPLETION_INDEX=1 REHEARSE_SHARDS=4
second_of_four SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_STEP=1
second_of_four SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_STEP=2
second_of_four AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=4
second_of_four TEST_SHARD_INDEX=1 TEST_TOTAL_SHARDS=4 TEST_SHARD_STATUS_FILE=understood
holds -f understood
second_of_four TEST_SHARD_INDEX=1 TEST_TOTAL_SHARDS=4 CI_NODE_INDEX=1 CI_NODE_TOTAL=2
for wrong in 'CI_NODE_INDEX=5 CI_NODE_TOTAL=4' 'CI_NODE_INDEX=0 CI_NODE_TOTAL=4' 'CI_NODE_INDEX=2' \
	'CIRCLE_NODE_INDEX=4 CIRCLE_NODE_TOTAL=4' 'JOB_COMPLETION_INDEX=1' 'TEST_SHARD_INDEX=x TEST_TOTAL_SHARDS=2' \
	'SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=1'; do
	# shellcheck disable=SC2086 # several variables
	env $wrong "$program" run --engine sqlite --shard auto >"$folder/out" 2>"$folder/err"
	status=$?
	shown="with $wrong"
	is_status 2
	has_err 'does not say which part this is'
done
run run --shard auto
is_status 2
has_err 'nothing here says which part of the run is to be played'
run run --shard 5/4
is_status 2

# All parts as one are the whole.
for part in 1 2 3 4; do
	run run --engine sqlite --shard $part/4 --report json:part-$part.json
	is_status 0
done
run run --engine sqlite --report json:whole.json --report junit:whole.xml --report markdown:whole.md --format tap
grep '^ok' "$folder/out" >"$folder/whole.tap"
run merge part-3.json part-1.json part-4.json part-2.json \
	--report json:merged.json --report junit:merged.xml --report markdown:merged.md --format tap
is_status 0
no_err
grep '^ok' "$folder/out" | diff -u "$folder/whole.tap" - || fail 'cells differ'
for file in json xml md; do
	for which in whole merged; do
		sed 's/"elapsed_us": [0-9]*/"elapsed_us": N/; s/time="[0-9.]*"/time="N"/g' $which.$file >"$folder/$which.$file"
	done
	diff -u "$folder/whole.$file" "$folder/merged.$file" >"$folder/diff" || fail "$file: $(head -20 "$folder/diff")"
done

# What is missing is named, and is no pass anywhere.
run merge part-1.json part-2.json part-4.json --report junit:missing.xml --report json:missing.json
is_status 1
has_err 'error: part 3 of 4 is missing: '
has_out ' without an answer'
grep -q 'part 3 of 4 is missing' missing.xml || fail 'junit does not name the part'
grep -q '"unanswered": \[{"name": ' missing.json || fail 'json does not name the cells'
run merge missing.json part-3.json -q
is_status 0
run merge part-1.json part-2.json part-2.json
is_status 2
has_err "is in 'part-2.json' and in a file before it"
run run --engine sqlite --shard 1/3 --report json:third.json
run merge part-1.json third.json
is_status 2
has_err "'part-1.json' is part 1 of 4, 'third.json' part 1 of 3"
run run --engine sqlite --shard 2/4 scenarios/ladder.yaml --report json:other.json
run merge part-1.json other.json
is_status 2
has_err "are parts of different runs: their cells are not the same"

# A cell that is not as expected is so in the whole; so is a record that belongs to none.
sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
run run --engine sqlite scenarios/ladder.yaml --report json:ladder.json
is_status 1
cp "$folder/out" "$folder/told"
run merge ladder.json
is_status 1
is_out <"$folder/told"

# What the doctor says of a tree that does not load goes along.
cat >bad.yaml <<'EOF'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t (id integer)}
  - {revision: b2, down_revision: gone, upgrade: CREATE TABLE u (id integer)}
steps: [{upgrade: heads}]
EOF
run run --engine sqlite bad.yaml --report json:bad.json
has_out "down_revision 'gone' is no revision"
cp "$folder/out" "$folder/told"
run merge bad.json
is_status 1
is_out <"$folder/told"

# What is no report is refused, and says why.
echo '{"rehearse": "0", "cells": [{"name": 3}], "scenarios": [], "summary": {}}' >wrong.json
echo '{"cells": [' >cut.json
echo '[]' >list.json
run merge wrong.json cut.json list.json none.json
is_status 2
has_err "'wrong.json' is not what 'rehearse run --format json' writes: 'name' is not a text"
has_err "'cut.json' is no JSON: line "
has_err "'list.json' is not what 'rehearse run --format json' writes"
has_err "none.json"
sed 's/verdict": "works"/verdict": "perhaps"/' whole.json >odd.json
run merge odd.json
is_status 2
has_err "'verdict' is not one of the words that stand there"
