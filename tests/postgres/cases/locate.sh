# Where a database really is, if a view took the name of a table: what is in both went with the table, and was made anew.
. "$here/../postgres/prelude.sh"
cat >scenarios/report.yaml <<'YAML'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE report (id integer); CREATE INDEX report_id ON report (id)}
  - revision: b2
    down_revision: a1
    upgrade: |
      DROP TABLE report;
      CREATE MATERIALIZED VIEW report AS SELECT 1 AS id;
      CREATE INDEX report_id ON report (id);
states:
  end: {schema: b2}
  part: {schema: a1, sql: DROP TABLE report; CREATE MATERIALIZED VIEW report AS SELECT 1 AS id}
YAML
run locate report --database report:end
is_status 0
has_out 'The schema is that of   b2, fact for fact (2 of 2)'
run locate report --database report:part
is_status 1
has_out 'Ran in part             b2: the first 2 of its 3 statements'
in_time nothing_is_left
