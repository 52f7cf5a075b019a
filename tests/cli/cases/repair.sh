# Repairs, found and proven by replay.

cat >scenarios/shop.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY, email text)'}
  - {revision: b2, down_revision: a1, upgrade: 'CREATE TABLE orders (id integer PRIMARY KEY)', downgrade: DROP TABLE orders}
  - {revision: c3, down_revision: b2, upgrade: 'ALTER TABLE users ADD COLUMN phone text'}
states:
  fresh: {}
  lying: {schema: a1, version: b2, seed: "INSERT INTO users (id) VALUES (1)"}
  hole: {ran: [a1, c3], version: c3}
YAML

# Without a goal: heads, as an empty database has them, and no row lost.
run repair shop
is_status 0
no_err
has_out 'Found: '
has_out 'On lying: stamp where the schema is'
has_out "  Before: 'alembic current' says b2. Make a backup."
has_out '  1. alembic stamp a1'
has_out '  2. alembic upgrade heads'
has_out '       CREATE TABLE orders (id integer PRIMARY KEY);'
has_out '  Proof: shop/repair@lying:sqlite works.'
has_out 'On hole: run what never ran, between two stamps'
has_out '  2. alembic upgrade b2'

# What was tried stands above, with what became of it.
has_out '      DatabaseError: '
has_out '    upgrade heads                             wrong: schema'

# A tree that does not load is edited; a file that no state needs stays.
cat >scenarios/broken.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, file: a1_users.py, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)'}
  - {revision: b2, file: b2_mail.py, down_revision: a1_users, upgrade: 'ALTER TABLE users ADD COLUMN email text'}
states:
  fresh: {}
  old: {schema: a1}
YAML
run repair broken
is_status 0
has_out 'In the files, with what the doctor advises for it to load:'
has_out '  b2_mail.py: down_revision a1 instead of a1_users'

# Nothing that works is nothing: no runbook, and the nearest miss.
cat >scenarios/hopeless.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)'}
  - {revision: b2, down_revision: a1, upgrade: 'CREATE UNIQUE INDEX u ON users (nothing)'}
states:
  old: {schema: a1}
YAML
run repair hopeless
is_status 1
has_out 'Nothing found: '
has_out 'Nearest came the tree as it is:'
! grep -q '^Runbook' "$folder/out" || fail 'a runbook that nobody has proven'

# What is kept is a scenario, and plays as it was found.
run repair shop --save scenarios/incident.yaml
is_status 0
run run scenarios/incident.yaml
is_status 0
has_out 'repair-lying'
run repair shop --save scenarios/incident.yaml
is_status 2
has_err "'scenarios/incident.yaml' is there already"

run repair broken --format json
is_status 0
has_out '"found": true'
has_out '"kind": "upgrade"'
run repair broken --format markdown
is_status 0
has_out '## Runbook'
run repair broken --format json --patch
is_status 2

# Databases of elsewhere, and an empty one, in the place of the scenario's own.
run repair shop --database shop:lying
is_status 0
has_out 'On fresh: nothing by hand'
has_out 'On lying: stamp where the schema is'

run repair shop --engine postgres
is_status 2
has_err "'scenarios/shop.yaml' cannot be had on postgres"

run repair nowhere
is_status 2

# Branches are a project's.
run try
is_status 2
run try HEAD --source scenarios/shop.yaml
is_status 2
has_err 'is no project, and has no branches'
run try HEAD --steps 'drop everything'
is_status 2
has_err "the value of '--steps' is no list of commands: 'drop everything'"

# Where the upgrade alone works nothing is broken; what is no dump says so, before anything is searched for.
cat >scenarios/whole.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)'}
states:
  fresh: {}
YAML
run repair whole
is_status 0
has_out 'Nothing is broken, the upgrade alone works: 2 replays of 1 tree on sqlite.'

# Of two heads 'upgrade heads' may work, and 'upgrade head' does not: that is not whole.
cat >scenarios/forked.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)'}
  - {revision: b2, down_revision: a1, upgrade: 'CREATE TABLE orders (id integer PRIMARY KEY)'}
  - {revision: c2, down_revision: a1, upgrade: 'CREATE TABLE carts (id integer PRIMARY KEY)'}
states:
  fresh: {}
YAML
run repair forked
is_status 0
has_out 'Found: 2 replays of 1 tree on sqlite.'
echo 'no dump' >garbage.dump
run repair whole --database garbage.dump
is_status 2
has_err "error: database 'garbage': cannot load 'garbage.dump': not a SQLite database"
! grep -q '^Tried' "$folder/out" || fail 'a search over no database'
run repair whole --database garbage.dump --save new.yaml
is_status 2
has_err 'the scenario has states of its own'

# A revision that nobody has: for what the goal wants, and for a table that somebody has made and filled.
cat >scenarios/more.yaml <<'YAML'
rehearse: 1
engines: [sqlite]
revisions:
  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE users (id integer PRIMARY KEY)'}
states:
  fresh: {}
  old: {schema: a1}
goal: {version: heads, schema: {same_as: fresh, has: [column users.phone]}}
YAML
run repair more --save scenarios/made.yaml
is_status 0
has_out 'In the files, with a new revision on top of a1 for column users.phone, which'
has_out 'upgrade is ALTER TABLE users ADD COLUMN phone text;'
has_out 'downgrade is ALTER TABLE users DROP COLUMN phone;'
has_out "column users.phone: 'text' is a guess"
run run scenarios/made.yaml
is_status 0
sed -e '/^goal/d' -e "s/^  old.*/  old: {schema: a1, sql: 'CREATE TABLE notes (id integer PRIMARY KEY); INSERT INTO notes VALUES (1)'}/" \
	scenarios/more.yaml >scenarios/adopt.yaml
run repair adopt
is_status 0
has_out '    DROP TABLE notes; upgrade heads           wrong: rows'
has_out 'In the files, with a new revision on top of a1 for table notes, which old has:'
