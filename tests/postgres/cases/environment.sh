# What the user's environment says of other servers does not matter to a private one.
. "$here/../postgres/prelude.sh"
export PGHOST=/nowhere PGHOSTADDR=192.0.2.1 PGPORT=1 PGUSER=nobody PGDATABASE=none PGSERVICE=none
export PGOPTIONS='-c search_path=pg_catalog -c default_transaction_read_only=on' PGDATA=/nowhere
export PGCLIENTENCODING=LATIN1 PGDATESTYLE=German PGTZ=Asia/Tokyo PGSSLMODE=verify-full PGPASSFILE=/nowhere
export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo
run run --engine postgres "$PWD/scenarios/both.yaml"
is_status 0
has_out '3 cells: 3 as expected'
no_err
