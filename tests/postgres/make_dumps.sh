# make_dumps.sh - read by cases: one database with what production has, and every kind of dump of it.
#
# make_dumps SERVER FOLDER: SERVER is a conninfo of a superuser, without a database. Roles and databases that it
# makes there are dropped again: a dump is read where they are not.
make_production() { # SERVER
	psql -XAtqd "$1 dbname=postgres" -v ON_ERROR_STOP=1 <<'SQL'
CREATE ROLE app LOGIN PASSWORD 'secret';
CREATE ROLE reader;
CREATE ROLE "Odd role";
GRANT reader TO "Odd role";
ALTER ROLE app SET lock_timeout = '3s';
CREATE DATABASE shop OWNER app;
CREATE DATABASE other OWNER app;
ALTER DATABASE shop SET search_path = sales, public;
ALTER DATABASE shop SET default_transaction_isolation = 'repeatable read';
GRANT CONNECT ON DATABASE shop TO reader;
COMMENT ON DATABASE shop IS 'the shop';
SQL
	psql -XAtqd "$1 dbname=other" -v ON_ERROR_STOP=1 <<'SQL'
SET ROLE app;
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.thing (id integer);
INSERT INTO elsewhere.thing VALUES (7);
SQL
	psql -XAtqd "$1 dbname=shop" -v ON_ERROR_STOP=1 <<'SQL'
CREATE EXTENSION citext SCHEMA public;
CREATE EXTENSION hstore SCHEMA public;
GRANT CREATE ON SCHEMA public TO app;
SET ROLE app;
CREATE SCHEMA sales;
GRANT USAGE ON SCHEMA sales TO reader, "Odd role";
SET search_path = sales, public;
ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO reader;
CREATE TYPE mood AS ENUM ('sad', 'it''s fine', 'glad');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE customer (
	id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	email citext UNIQUE NOT NULL,
	feels mood DEFAULT 'glad',
	tags hstore,
	tenant text
);
CREATE TABLE item (
	customer integer REFERENCES customer,
	quantity positive NOT NULL,
	bought date NOT NULL,
	note text
) PARTITION BY RANGE (bought);
CREATE TABLE item_2025 PARTITION OF item FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE item_2026 PARTITION OF item FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX ON item (bought);
CREATE VIEW glad AS SELECT id, email FROM customer WHERE feels = 'glad';
CREATE MATERIALIZED VIEW per_day AS SELECT bought, count(*) FROM item GROUP BY bought;
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS $_$ SELECT n * 2; -- it's; $_$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.note := coalesce(NEW.note, ''); RETURN NEW; END$$;
CREATE TRIGGER touched BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION touch();
COMMENT ON TABLE customer IS E'who; buys\n\\connect nowhere';
GRANT SELECT, INSERT ON customer TO reader;
GRANT UPDATE (tenant) ON customer TO "Odd role" WITH GRANT OPTION;
REVOKE DELETE ON item FROM app;
REVOKE EXECUTE ON FUNCTION twice(integer) FROM PUBLIC;
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customer FOR SELECT TO reader, "Odd role" USING (tenant = current_user);
CREATE PUBLICATION feed FOR TABLE customer;
INSERT INTO customer (email, feels, tags, tenant)
	VALUES ('A@x', 'sad', 'a=>1', 'red'), ('b@x', DEFAULT, NULL, E'\\.'), ('c@x', 'it''s fine', '', E'tab\there\nand a line');
INSERT INTO item VALUES (1, 2, '2025-03-01', E'a\\b'), (2, 3, '2026-03-01', '');
REFRESH MATERIALIZED VIEW per_day;
SELECT lo_from_bytea(4711, 'large');
GRANT SELECT ON LARGE OBJECT 4711 TO reader;
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a1');
SQL
}

drop_production() { # SERVER
	psql -XAtqd "$1 dbname=postgres" -c 'DROP DATABASE shop' -c 'DROP DATABASE other' \
		-c 'DROP ROLE app, reader, "Odd role"'
}

make_dumps() { # SERVER FOLDER
	shop="$1 dbname=shop"
	make_production "$1" >"$folder/null"
	pg_dump -d "$shop" >"$2/plain.sql"
	pg_dump -d "$shop" -O -x >"$2/bare.sql"
	pg_dump -d "$shop" --inserts >"$2/inserts.sql"
	pg_dump -d "$shop" -s >"$2/schema.sql"
	pg_dump -d "$shop" -C >"$2/create.sql"
	pg_dump -d "$shop" --clean >"$2/clean.sql"
	pg_dump -d "$shop" --clean --if-exists -C >"$2/anew.sql"
	pg_dump -d "$shop" -Fc >"$2/custom.dump"
	pg_dump -d "$shop" -Ft >"$2/archive.tar"
	rm -rf "$2/directory"
	pg_dump -d "$shop" -Fd -f "$2/directory"
	pg_dumpall -d "$1 dbname=postgres" >"$2/all.sql"
	gzip -c "$2/plain.sql" >"$2/plain.sql.gz"
	zstd -q -f "$2/plain.sql" -o "$2/plain.sql.zst"
	gzip -c "$2/custom.dump" >"$2/custom.dump.gz"
	drop_production "$1"
}
