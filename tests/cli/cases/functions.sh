# The functions that SQLAlchemy registers on SQLite's connections; what they give is what 2.1 on Python 3.11 gave.
cat >functions.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      CREATE TABLE t (a text, n real, CHECK (a REGEXP '^[a-z]+$'));
      INSERT INTO t VALUES ('ada', 3.7), ('grace', -3.2);
      CREATE INDEX ix ON t (floor(n));
      UPDATE t SET n = n + 1 WHERE a REGEXP '^a';
steps:
  - upgrade: head
  - check: {sql: "SELECT a, floor(n), typeof(floor(n)) FROM t ORDER BY a", equals: "ada|4|integer\ngrace|-4|integer"}
  - {sql: "INSERT INTO t VALUES ('Ada', 1)", fails: CHECK constraint failed}
  - check:
      - {sql: "SELECT NULL REGEXP 'x', '' REGEXP '', 'abc' REGEXP 'x'", equals: "|1|0"}
      - {sql: "SELECT 'é' REGEXP '^\\w$', '٣' REGEXP '^\\d$', 'ÄÖ' REGEXP '^[[:alpha:]]+$'", equals: "1|1|0"}
      - {sql: "SELECT ('a'||char(10)) REGEXP 'a$', ('a'||char(10)) REGEXP 'a\\Z', ('a'||char(10)) REGEXP 'a.'", equals: "1|0|0"}
      - {sql: "SELECT 'ABC' REGEXP '(?i)b', 'aa' REGEXP '(a)\\1', 'x' REGEXP '(?P<n>x)', 'abc' REGEXP 'a{,2}'", equals: "1|1|1|1"}
      - {sql: "SELECT 'A' REGEXP '\\x41', 'é' REGEXP '\\u00e9', ']' REGEXP '[]]', 'a' REGEXP '[^]]'", equals: "1|1|1|1"}
      - {sql: "SELECT floor(5), floor(9e18)", equals: "5|9000000000000000000"}
  - {sql: "SELECT 5 REGEXP '5'", fails: user-defined function raised exception}
  - {sql: "SELECT 'a' REGEXP NULL", fails: user-defined function raised exception}
  - {sql: "SELECT 'a' REGEXP '('", fails: user-defined function raised exception}
  - {sql: "SELECT 'a' REGEXP '\\K'", fails: user-defined function raised exception}
  - {sql: "SELECT x'41' REGEXP 'A'", fails: user-defined function raised exception}
  - {sql: SELECT floor(NULL), fails: user-defined function raised exception}
  - {sql: "SELECT floor('3.5')", fails: user-defined function raised exception}
  - {sql: SELECT floor(1e300), fails: string or blob too big}
  - {sql: SELECT regexp('b'), fails: wrong number of arguments to function regexp}
END
run run functions.yaml
is_status 0
no_err

# Time that runs out says how much there was, and who gives more.
cat >slow.yaml <<'END'
rehearse: 1
engines: [sqlite]
steps:
  - sql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
END
run run --timeout 0.2 slow.yaml
is_status 1
has_out 'hint: A cell has 0.2 s: --timeout gives it more.'

# No text is longer than a value may be, and printf() does not count on to its end: the cell's time is not up.
cat >long.yaml <<'END'
rehearse: 1
engines: [sqlite]
steps:
  - {sql: "SELECT printf('%.*c', 2000000000, 'x')", fails: string or blob too big}
END
run run --timeout 5 long.yaml
is_status 0
no_err
