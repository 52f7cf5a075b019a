# A machine without PostgreSQL: its cells are skipped, and said so.
cat >scenarios/two.yaml <<'END'
rehearse: 1
revisions:
  - {revision: a1, down_revision: null, upgrade: CREATE TABLE a (id integer)}
steps: [{upgrade: head}]
END
mkdir broken
for program_name in initdb postgres; do
	printf '#!/bin/sh\nexit 1\n' >broken/$program_name
	chmod +x broken/$program_name
done
run run --pg-bindir broken scenarios/two.yaml
is_status 0
has_out 'skipped'
has_err "warning: cells on postgres are skipped: there are no PostgreSQL server programs in 'broken'"
has_err '  hint: Install PostgreSQL'
run run --pg-bindir broken --engine postgres scenarios/two.yaml
is_status 3
has_err "error: cannot play on postgres: there are no PostgreSQL server programs in 'broken'"
# A server that is lent and cannot be used is never passed over.
run run --postgres 'host=/nowhere' scenarios/two.yaml
is_status 3
has_err 'could not connect to PostgreSQL'
run run --postgres 'nonsense=1' scenarios/two.yaml
is_status 3
has_err 'cannot read the address of a PostgreSQL server: invalid connection option "nonsense"'

# A folder or a user that is not there is a mistake, and not a machine without PostgreSQL.
run run --pg-bindir /nowhere --run-as nobody-is-called-so scenarios/two.yaml
is_status 2
has_err "option '--pg-bindir' cannot be '/nowhere': there is no such folder"
has_err "option '--run-as' cannot be 'nobody-is-called-so': there is no such user"
run run --pg-bindir scenarios scenarios/two.yaml
is_status 2
has_err "option '--pg-bindir' cannot be 'scenarios': there are no programs of PostgreSQL in it"
