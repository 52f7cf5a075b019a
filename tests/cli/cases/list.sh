# What there is.
run list
is_status 0
no_err
is_out <<'END'
scenarios
  fork: Two heads
    2 cells; small
  ladder: A ladder of two rungs
    3 cells; small, ladder

2 scenarios, 5 cells
END

# Families are folders.
mkdir scenarios/others
sed 's/ladder/stairs/' scenarios/ladder.yaml >scenarios/others/stairs.yaml
run list --tag small --filter '@fresh'
is_out <<'END'
scenarios
  fork: Two heads
    2 cells; small
  ladder: A ladder of two rungs
    1 cell; small, ladder

scenarios/others
  stairs: A stairs of two rungs
    1 cell; small, stairs

3 scenarios, 4 cells
END

run list --tags
is_status 0
is_out <<'END'
ladder  1 scenario
small   3 scenarios
stairs  1 scenario
END
run list --tags --format json --tag stairs
is_out <<'END'
{
  "tags": [
    {
      "tag": "small",
      "scenarios": 1
    },
    {
      "tag": "stairs",
      "scenarios": 1
    }
  ]
}
END
run list --tag smal
is_status 4
no_out
is_err <<'END'
error: no scenario has the tag 'smal'
  hint: Did you mean 'small'?
END
run list --tag ladder --tag qqqqqqq
is_status 4
has_err "'rehearse list --tags' names them all."

# A page about the suite: what is claimed, on which engine, with nothing taken for markup.
cat >scenarios/others/pipes.yaml <<'END'
rehearse: 1
title: Pipes | and <b> in down_revision
lesson: |
  Of *two* lines,
  with `a_|_b` and _alembic_tmp_.
revisions: []
states: {here: {}, there: {}, nowhere: {}}
strategies:
  both: {states: [here, there], steps: [{upgrade: a}]}
  one: {title: A | B, states: [there], engines: [sqlite], steps: []}
outcomes:
  both@here: {wrong: [rows, version]}
  both@there:sqlite: {fails_at: 1}
END
run list --format markdown scenarios/others
is_status 0
is_out <<'END'
### pipes

**Pipes \| and \<b> in down_revision** ([file](<scenarios/others/pipes.yaml>))

> Of \*two\* lines, with `a_\|_b` and \_alembic_tmp\_.

| sqlite, postgres | here | there |
|---|---|---|
| `both` | ≠ wrong: version, rows | ✗ fails at 1 (sqlite)<br>✓ works (postgres) |
| `one`: A \| B |  | ✓ works (sqlite) |

### stairs

**A stairs of two rungs** ([file](<scenarios/others/stairs.yaml>); `small`, `stairs`)

| sqlite | fresh | lying |
|---|---|---|
| `up` | ✓ works | ≠ wrong: schema |
| `truth` |  | ✓ works |
END
run list --format markdown scenarios --filter 'stairs/up@fresh'
is_out <<'END'
## others

### stairs

**A stairs of two rungs** ([file](<scenarios/others/stairs.yaml>); `small`, `stairs`)

| sqlite | fresh |
|---|---|
| `up` | ✓ works |
END
rm -r scenarios/others

# What cannot be listed together, and a scenario without anything to play.
run list --cells --tags
is_status 2
has_err "error: options '--cells' and '--tags' do not go together"
run list --tags --format markdown
is_status 2
has_err "error: option '--format' cannot be 'markdown' with '--tags'"
echo 'rehearse: 1' >bare.yaml
run list bare.yaml
is_status 4
is_err <<'END'
error: there are no cells
  hint: A scenario has some once it has 'steps' or 'strategies'.
END

run list --cells scenarios/ladder.yaml
is_out <<'END'
ladder/up@fresh:sqlite
ladder/up@lying:sqlite
ladder/truth@lying:sqlite
END

run list --filter fresh --format json
is_status 0
is_out <<'END'
{
  "scenarios": [
    {
      "name": "fork",
      "path": "scenarios/fork.yaml",
      "family": "",
      "title": "Two heads",
      "story": "",
      "lesson": "",
      "tags": [
        "small"
      ],
      "engines": [
        "sqlite"
      ],
      "cells": [
        "fork/head@fresh:sqlite",
        "fork/heads@fresh:sqlite"
      ]
    },
    {
      "name": "ladder",
      "path": "scenarios/ladder.yaml",
      "family": "",
      "title": "A ladder of two rungs",
      "story": "",
      "lesson": "",
      "tags": [
        "small",
        "ladder"
      ],
      "engines": [
        "sqlite"
      ],
      "cells": [
        "ladder/up@fresh:sqlite"
      ]
    }
  ]
}
END
