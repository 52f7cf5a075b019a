# Every fault of a tree at once.
golden="$top/tests/cli/tree"
cp "$golden"/*.yaml .

run doctor broken.yaml
is_status 1
no_err
is_out <"$golden/doctor-broken.txt"

run doctor broken.yaml --format json
is_status 1
is_out <"$golden/doctor-broken.json"

# A real chain, and what was left of its faults after the first repair.
run doctor trading-bot.yaml
is_status 1
is_out <"$golden/doctor-trading-bot.txt"

run doctor trading-bot.yaml --strategy its-fix
is_status 1
has_out '49 revisions, 20 heads, 3 bases'
has_out 'missing-parent (14)'

# The exit status says whether there are any.
run doctor shapes.yaml
is_status 0
is_out <<'END'
6 revisions, 2 heads, 2 bases: no faults
END

run doctor shapes.yaml --strategy pull-apart
is_status 1
has_out 'multiple-heads (1)'

# Sources that cannot be read.
run doctor nothing.yaml
is_status 2
no_out
has_err "there is no file, folder or scenario 'nothing.yaml'"

run doctor shapes.yaml --strategy pull-apartt
is_status 2
no_out
has_err "hint: Did you mean 'pull-apart'?"

# A mistake elsewhere in the file hides no fault; one in the tree does.
sed 's/^strategies:/outcoms: {}\n&/' broken.yaml >typo.yaml
run doctor typo.yaml
is_status 1
has_out '14 revisions, 4 heads, 2 bases: 14 faults'
has_err "typo.yaml:19:1: error: unknown key 'outcoms'"

sed 's/^revisions:/outcoms: {}\n&/' shapes.yaml >sound.yaml
run doctor sound.yaml
is_status 2
has_out '6 revisions, 2 heads, 2 bases: no faults'
has_err "unknown key 'outcoms'"

run tree sound.yaml
is_status 2
no_out

sed 's/down_revision: round/down_revisoin: round/' broken.yaml >hidden.yaml
run doctor hidden.yaml
is_status 2
no_out
has_err "unknown key 'down_revisoin'"

printf 'rehearse: 1\nrevisions: 3\n' >mistaken.yaml
run doctor mistaken.yaml
is_status 2
no_out
has_err 'mistaken.yaml:2'
