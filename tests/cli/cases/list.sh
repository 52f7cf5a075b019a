# What there is.
run list
is_status 0
no_err
is_out <<'END'
fork: Two heads
  scenarios/fork.yaml, 2 cells, tags: small
ladder: A ladder of two rungs
  scenarios/ladder.yaml, 3 cells, tags: small, ladder
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
      "title": "Two heads",
      "tags": [
        "small"
      ],
      "cells": [
        "fork/head@fresh:sqlite",
        "fork/heads@fresh:sqlite"
      ]
    },
    {
      "name": "ladder",
      "path": "scenarios/ladder.yaml",
      "title": "A ladder of two rungs",
      "tags": [
        "small",
        "ladder"
      ],
      "cells": [
        "ladder/up@fresh:sqlite"
      ]
    }
  ]
}
END
