# One record for all versions of PostgreSQL: PG_BINDIR=... runs this with another.
. "$here/../postgres/prelude.sh"
run run --engine postgres "$top/tests/postgres/schema.yaml"
is_status 0
lacks_out 'not recorded'
in_time nothing_is_left
