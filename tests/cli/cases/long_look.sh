# Who looks on has a time of its own, of seconds, and but once: the rest of the story is told. docs/waits.md
cat >scenarios/look.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer PRIMARY KEY)}
states:
  fresh: {schema: a1}
strategies:
  end:
    steps:
      - sql: |
          DROP TABLE alembic_version;
          CREATE VIEW alembic_version AS
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS version_num FROM n WHERE i < 0; -- no rows: their number would end it
outcomes:
  end@*: {fails_at: 1, error: 'Timeout: what the steps left could not be read in time'}
YAML
run explain --timeout 1 "$PWD/scenarios/look.yaml" end@fresh:sqlite
is_status 0
has_out 'version  '
has_out 'fails at step 1'
