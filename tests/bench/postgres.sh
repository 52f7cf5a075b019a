#!/bin/sh
# postgres.sh REHEARSE PLAIN_LOOP - how long cells take on PostgreSQL, beside what they cost without
# Rehearse, in one run on one server; and how long it takes until the first verdict is there.
set -eu
rehearse=$1
plain_loop=$2
cells=${CELLS:-200}
rounds=${ROUNDS:-5}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"

scenario() { # COUNT
	cat <<-'END'
	rehearse: 1
	engines: [postgres]
	revisions:
	  - revision: "0001"
	    down_revision: null
	    upgrade: CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL)
	  - revision: "0002"
	    down_revision: "0001"
	    upgrade: CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL)
	  - revision: "0003"
	    down_revision: "0002"
	    upgrade: |
	      ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id);
	      CREATE INDEX ix_transactions_trade ON transactions (trade_id);
	states:
	  production: {schema: "0001"}
	goal: {version: heads}
	strategies:
	END
	i=0
	while [ $i -lt "$1" ]; do
		echo "  s$i: {steps: [{upgrade: head}]}"
		i=$((i + 1))
	done
}

now_us() {
	echo $(($(date +%s%N) / 1000))
}

# seconds COMMAND... - how long it takes, in microseconds.
time_us() {
	before=$(now_us)
	"$@" >"$folder/log" 2>&1 || {
		cat "$folder/log" >&2
		exit 1
	}
	echo $(($(now_us) - before))
}

median() { # FILE
	sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"
}

ratio() { # A B
	awk "BEGIN { printf \"%.2f\", $1 / $2 }"
}

scenario 1 >"$folder/one.yaml"
scenario "$cells" >"$folder/many.yaml"
export REHEARSE_CACHE="$folder/cache"

cold=$(time_us "$rehearse" run "$folder/one.yaml")
cached=$(time_us "$rehearse" run "$folder/one.yaml")

# A server of our own, that both are lent: one that Rehearse left running for a kept database.
"$rehearse" run --keep all "$folder/one.yaml" >"$folder/out" 2>"$folder/err"
url=$(sed -n "s/.*psql '\(.*\)'.*/\1/p" "$folder/out" | head -n 1 | sed 's/dbname=[^ ]*/dbname=postgres/')
stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
trap 'sh -c "$stop"; rm -rf "$folder"' EXIT

# In turn, and the median of each: a machine has moods, and a plain loop is held up once in a while.
for round in $(seq "$rounds"); do
	"$plain_loop" "$url" "$cells" 0 >>"$folder/plain"
	"$plain_loop" "$url" "$cells" 1 >>"$folder/later"
	many=$(time_us "$rehearse" run --jobs 2 --postgres "$url" "$folder/many.yaml")
	one=$(time_us "$rehearse" run --jobs 2 --postgres "$url" "$folder/one.yaml")
	echo $(((many - one) / (cells - 1))) >>"$folder/cell"
done
plain=$(median "$folder/plain")
later=$(median "$folder/later")
cell=$(median "$folder/cell")

# The first verdict by other means: one cell's SQL through psql, on a server made for it.
cat >"$folder/cell.sql" <<'END'
CREATE TABLE transactions (id integer PRIMARY KEY, amount numeric NOT NULL);
CREATE TABLE trades (id integer PRIMARY KEY, created_at timestamp NOT NULL);
ALTER TABLE transactions ADD COLUMN trade_id integer REFERENCES trades (id);
CREATE INDEX ix_transactions_trade ON transactions (trade_id);
END
cat >"$folder/by-hand" <<'END'
set -eu
folder=$1
mkdir -m 700 "$folder/hand"
bin=$(pg_config --bindir)
"$bin/initdb" --no-sync --auth trust --username hand "$folder/hand/data"
"$bin/pg_ctl" --wait --log "$folder/hand/log" -o "-F -k $folder/hand -c listen_addresses=" -D "$folder/hand/data" start
psql -X -h "$folder/hand" -U hand -d postgres -f "$folder/cell.sql"
"$bin/pg_ctl" --wait --mode immediate -D "$folder/hand/data" stop
END
as_nobody=
if [ "$(id -u)" -eq 0 ]; then
	as_nobody="runuser -u nobody --"
	chmod 777 "$folder"
fi
# shellcheck disable=SC2086 # words
hand=$(time_us $as_nobody sh "$folder/by-hand" "$folder")
virtualenv=
if command -v pg_virtualenv >/dev/null; then
	virtualenv=$(time_us pg_virtualenv sh -c "cd / && psql -X -d postgres -f '$folder/cell.sql'")
fi

echo "per cell, $cells cells, median of $rounds rounds, PostgreSQL $(psql "$url" -Atc 'SHOW server_version'):"
printf '  %-44s %8s us\n' "plain libpq loop, one after another" "$plain"
printf '  %-44s %8s us\n' "the same, dropping a cell later" "$later"
printf '  %-44s %8s us   ratio %s, %s\n' "rehearse --jobs 2, same server" "$cell" \
	"$(ratio "$cell" "$plain")" "$(ratio "$cell" "$later")"
echo "until the first verdict:"
printf '  %-44s %8s us\n' "cold (initdb)" "$cold"
printf '  %-44s %8s us\n' "cached cluster" "$cached"
printf '  %-44s %8s us\n' "initdb, pg_ctl and psql by hand" "$hand"
printf '  %-44s %8s us\n' "pg_virtualenv and psql" "${virtualenv:-(none)}"
