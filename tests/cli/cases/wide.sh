# Characters that take two columns of a terminal, or none, shift nothing.
cat >wide.yaml <<'END'
rehearse: 1
title: Names of two columns a character
revisions:
  - {revision: a, down_revision: null, upgrade: CREATE TABLE t (i int)}
states:
  空: {}
  "🙂 prod": {schema: a, version: a}
strategies:
  升级数据库: {steps: [{upgrade: head}]}
  plain: {steps: [{upgrade: head}]}
goal: {version: heads}
END
run run --engine sqlite wide.yaml
is_status 0
is_out <<'END'
wide: Names of two columns a character

  sqlite       空        🙂 prod
  升级数据库   ✓ works   ✓ works
  plain        ✓ works   ✓ works

4 cells: 4 as expected; 1 scenario on sqlite
END

# The caret stands below what it means.
sed 's/{steps: \(.*\)}$/\1/' wide.yaml >caret.yaml
run check caret.yaml
is_status 2
has_err '    9 |   升级数据库: [{upgrade: head}]'
has_err '      |               ^'
