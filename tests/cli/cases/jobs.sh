# The same bytes for any number of workers.
run run --jobs 1
cp "$folder/out" "$folder/one"
for jobs in 2 3 8; do
	run run -j$jobs
	is_status 0
	is_out <"$folder/one"
done
run run --jobs 1 --format json
sed 's/"elapsed_us": [0-9]*/"elapsed_us": N/' "$folder/out" >"$folder/one"
run run --jobs 8 --format json
sed -i 's/"elapsed_us": [0-9]*/"elapsed_us": N/' "$folder/out"
is_out <"$folder/one"

# What a tree makes of an empty database is kept for all scenarios, and shared by those alone that are alike in all that
# makes it: one worker plays files of which each differs from the first in one thing.
mkdir fresh
fresh() {
	cat >"fresh/$1.yaml" <<YAML
rehearse: 1
engines: [sqlite]
$3
revisions:
  - {revision: a1, down_revision: null, upgrade: '$2'}
states: {fresh: {}}
strategies: {up: {steps: [{upgrade: head}]}}
goal: {version: heads, schema: {same_as: fresh}}
outcomes: {"*@*": works}
YAML
}
fresh 1-first 'CREATE TABLE t (i integer)' 'title: first'
fresh 2-again 'CREATE TABLE t (i integer)' 'title: the same once more'
fresh 3-body 'CREATE TABLE t (i integer, j integer)' 'title: another body'
fresh 4-before 'CREATE TABLE t (i integer)' 'configure: {before: CREATE TABLE IF NOT EXISTS other (i integer)}'
fresh 5-connect 'CREATE TABLE t (i integer)' 'configure: {on_connect: CREATE TABLE IF NOT EXISTS third (i integer)}'
run run --jobs 1 fresh
is_status 0
has_out '5 cells: 5 as expected'
