# What Alembic says of a mistyped target it says of a version row, too, that no file of the tree has. The hint
# tells them apart.
cat >row.yaml <<'END'
rehearse: 1
title: A row of newer code
engines: [sqlite]
revisions:
  - {revision: "0015", down_revision: null, upgrade: CREATE TABLE books (id integer PRIMARY KEY);}
states:
  shared: {schema: "0015", version: "0017"}
strategies:
  up: {steps: [{upgrade: head}]}
  down: {steps: [{downgrade: base}]}
  stamp: {steps: [{stamp: "0015"}]}
  typo: {steps: [{stamp: base, purge: true}, {upgrade: "0016"}]}
  newer:
    add_revisions: [{revision: "0017", down_revision: "0015"}]
    steps: [{upgrade: head}]
  rollback:
    add_revisions: [{revision: "0017", down_revision: "0015"}]
    steps: [{upgrade: head}, {edit: {remove_revisions: ["0017"]}}, {upgrade: head}]
END
run run row.yaml
is_status 1
grep -F hint: "$folder/out" >"$folder/hints"
file_is "$folder/hints" <<'END'
      hint: '0017' is a row of the version table, as state 'shared' has it; no file of the tree has it. Strategies 'newer', 'rollback' bring it.
      hint: '0017' is a row of the version table, as state 'shared' has it; no file of the tree has it. Strategies 'newer', 'rollback' bring it.
      hint: '0017' is a row of the version table, as state 'shared' has it; no file of the tree has it. Strategies 'newer', 'rollback' bring it.
      hint: '0016' is the target of this step; nothing in the tree is called so.
      hint: '0017' is a row of the version table, as state 'shared' has it; no file of the tree has it since step 2. Strategy 'newer' brings it.
END

run plan row.yaml upgrade head --from 0017
is_status 1
has_err "hint: '0017' is one of the rows that --from gives; no file of the tree has it."
run plan row.yaml upgrade 0016 --from 0015
is_status 1
has_err "hint: '0016' is the target as it was typed; nothing in the tree is called so."
lacks_err 'Did you mean'
run plan row.yaml upgrade haed --from 0015
is_status 1
has_err "nothing in the tree is called so. Did you mean 'head'?"
