# Records: written, compared, changed, taken away.
run accept
is_status 0
no_err
has_out 'new expected/ladder/up@lying.sqlite.txt'
has_out '0 changed, 5 new, 0 removed, 0 as they were'
file_is expected/ladder/up@lying.sqlite.txt <<'END'
verdict: wrong
wrong: schema
version: b2
column one.id integer not null
column order one (id)
primary key one (id)
table one
END
file_is expected/fork/head@fresh.sqlite.txt <<'END'
verdict: fails at step 1
error: CommandError: Multiple head revisions are present for given argument 'head'; please specify a specific target revision, '<branchname>@head' to narrow to a specific head, or 'heads' for all heads
version: (no rows)
END
run accept
is_status 0
is_out <<'END'
0 changed, 0 new, 0 removed, 5 as they were
END
run run
is_status 0
has_out '5 cells: 5 as expected'
lacks_out 'not recorded'

# A record that is not true any more.
echo 'version: zz' >>expected/ladder/truth@lying.sqlite.txt
cp expected/ladder/truth@lying.sqlite.txt "$folder/before"
run run
is_status 1
has_out '    works; as claimed, but the version is not as recorded'
has_out '      -version: zz'
run accept --dry-run
is_status 1
has_out 'changed expected/ladder/truth@lying.sqlite.txt'
has_out '  -version: zz'
has_out 'nothing was written, as --dry-run asks'
file_is expected/ladder/truth@lying.sqlite.txt <"$folder/before"
run accept --filter fork
is_out <<'END'
0 changed, 0 new, 0 removed, 2 as they were
END
run accept
is_status 0
has_out '1 changed, 0 new, 0 removed, 4 as they were'
run run
is_status 0

# A claim that is not true is told, also when it is recorded.
sed -i 's/wrong: \[schema\]/fails_at: 1/' scenarios/ladder.yaml
run accept
is_status 1
has_err "warning: 1 cell is not what the scenario's outcomes claim"

# Nothing is accepted unseen.
CI=true run accept
is_status 2
no_out
has_err 'will not write records in continuous integration'
CI=true run accept scenarios/fork.yaml
is_status 0
CI=true run accept --dry-run
is_status 1
CI=false run accept
is_status 1

# What cannot be written is not counted.
rm -r expected
mkdir expected
: >expected/fork
run accept
is_status 3
has_err "could not make folder 'expected/fork': File exists"
lacks_out ' new, '

# Claims are written into a scenario that has none, as lines of its file.
mkdir claims
cat >claims/bare.yaml <<'EOF'
rehearse: 1
revisions:
  - {revision: a, down_revision: null, upgrade: CREATE TABLE t (i int)}
  - {revision: b, down_revision: a, upgrade: CREATE TABLE u (i int)}
engines: [sqlite]
states:
  fresh: {}
  lying: {schema: b, version: a}
strategies:
  direct: {steps: [{upgrade: head}]}
  "a stamp": {steps: [{stamp: b}, {upgrade: head}]}
goal: {version: heads, schema: {same_as: fresh}}
EOF
cp claims/bare.yaml "$folder/bare"
run accept --outcomes --dry-run claims/bare.yaml
is_status 1
has_out '  +  direct@lying: {fails_at: 1}'
cmp -s claims/bare.yaml "$folder/bare" || fail 'a dry run has written'
run accept --outcomes --filter direct claims/bare.yaml
has_err "warning: no outcomes are written into 'claims/bare.yaml': not all of its cells were played"
cmp -s claims/bare.yaml "$folder/bare" || fail 'a part was claimed'
run accept --outcomes claims/bare.yaml
is_status 0
has_out 'outcomes of 1 scenario'
printf '\noutcomes:\n  direct@lying: {fails_at: 1}\n  "a stamp@fresh": {wrong: [schema]}\n' |
	cat "$folder/bare" - >"$folder/claimed"
file_is claims/bare.yaml <"$folder/claimed"
run run claims/bare.yaml
is_status 0
run accept --outcomes claims/bare.yaml
is_status 0
file_is claims/bare.yaml <"$folder/claimed"

# What is written in braces cannot be added to: it is said, and nothing is written.
printf '{rehearse: 1, engines: [sqlite], revisions: [{revision: a, down_revision: null, upgrade: "CREATE TABLE t (i int)"}], steps: [{upgrade: zz}]}\n' >claims/braces.yaml
cp claims/braces.yaml "$folder/braces"
run accept --outcomes claims/braces.yaml
is_status 2
has_err "cannot add outcomes at the end of 'claims/braces.yaml'"
cmp -s claims/braces.yaml "$folder/braces" || fail 'it was written to all the same'
