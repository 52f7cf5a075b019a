# A machine without PostgreSQL: its cells are skipped, and said so.
cat >scenarios/two.yaml <<'END'
rehearse: 1
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer)}
steps: [{upgrade: head}]
END
run run --pg-bindir /nowhere scenarios/two.yaml
is_status 0
has_out 'skipped'
has_err "warning: cells on postgres are skipped: there are no PostgreSQL server programs in '/nowhere'"
has_err '  hint: Install PostgreSQL'
run run --pg-bindir /nowhere --engine postgres scenarios/two.yaml
is_status 3
has_err "error: cannot play on postgres: there are no PostgreSQL server programs in '/nowhere'"
# A server that is lent and cannot be used is never passed over.
run run --postgres 'host=/nowhere' scenarios/two.yaml
is_status 3
has_err 'could not connect to PostgreSQL'
run run --postgres 'nonsense=1' scenarios/two.yaml
is_status 3
has_err 'cannot read the address of a PostgreSQL server: invalid connection option "nonsense"'
