# What tools read.
run run --format json scenarios/ladder.yaml
is_status 0
no_err
sed -i 's/"elapsed_us": [0-9]*/"elapsed_us": N/; s/"rehearse": "[^"]*"/"rehearse": "V"/' "$folder/out"
is_out <<'END'
{"rehearse": "V", "cells": [
{"name": "ladder/up@fresh:sqlite", "scenario": "ladder", "strategy": "up", "state": "fresh", "engine": "sqlite", "verdict": "works", "as_expected": true, "failed_step": null, "error": null, "wrong": [], "version": ["b2"], "schema": ["column one.id integer not null", "column order one (id)", "column order two (id, name)", "column two.id integer not null", "column two.name text", "primary key one (id)", "primary key two (id)", "table one", "table two"], "elapsed_us": N, "claim": "works", "as_claimed": true, "record": "none", "record_difference": [], "reasons": [], "notes": [], "skip_reason": null, "place": {"file": "scenarios/ladder.yaml", "line": 21, "column": 3, "text": "  up:", "offset": 2, "length": 2}},
{"name": "ladder/up@lying:sqlite", "scenario": "ladder", "strategy": "up", "state": "lying", "engine": "sqlite", "verdict": "wrong", "as_expected": true, "failed_step": null, "error": null, "wrong": ["schema"], "version": ["b2"], "schema": ["column one.id integer not null", "column order one (id)", "primary key one (id)", "table one"], "elapsed_us": N, "claim": "wrong: schema", "as_claimed": true, "record": "none", "record_difference": [], "reasons": [{"key": "schema", "text": "the schema is not what the tree makes of an empty database:\n- column two.id integer not null\n- column two.name text\n- primary key two (id)\n- table two"}], "notes": [], "skip_reason": null, "place": {"file": "scenarios/ladder.yaml", "line": 35, "column": 3, "text": "  up@lying: {wrong: [schema]}", "offset": 2, "length": 8}},
{"name": "ladder/truth@lying:sqlite", "scenario": "ladder", "strategy": "truth", "state": "lying", "engine": "sqlite", "verdict": "works", "as_expected": true, "failed_step": null, "error": null, "wrong": [], "version": ["b2"], "schema": ["column one.id integer not null", "column order one (id)", "column order two (id, name)", "column two.id integer not null", "column two.name text", "primary key one (id)", "primary key two (id)", "table one", "table two"], "elapsed_us": N, "claim": "works", "as_claimed": true, "record": "none", "record_difference": [], "reasons": [], "notes": [], "skip_reason": null, "place": {"file": "scenarios/ladder.yaml", "line": 24, "column": 3, "text": "  truth:", "offset": 2, "length": 5}}
], "summary": {"cells": 3, "as_expected": 3, "differ": 0, "skipped": 0}, "scenarios": [
{"name": "ladder", "path": "scenarios/ladder.yaml", "title": "A ladder of two rungs", "claims": true}
]}
END

run run --format json scenarios/fork.yaml --filter /head@
is_status 0
has_out '"verdict": "fails", "as_expected": true, "failed_step": 1, "error": {"class": "CommandError", "message": "Multiple head revisions are present'
has_out '"wrong": [], "version": [], "schema": []'
has_out '"summary": {"cells": 1, "as_expected": 1, "differ": 0, "skipped": 0}'

# The object has no place for what --keep leaves behind.
run run --format json scenarios/ladder.yaml --filter truth --keep all
is_status 0
has_err "kept ladder/truth@lying:sqlite: sqlite3 '.rehearse/kept/ladder-truth-lying-sqlite-"
run run scenarios/ladder.yaml --filter truth --keep all
has_out "kept ladder/truth@lying:sqlite: sqlite3 '.rehearse/kept/ladder-truth-lying-sqlite-"
no_err
