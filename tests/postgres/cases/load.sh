# Dumps: COPY data and all, and no more rights than the scenario has.
. "$here/../postgres/prelude.sh"

# One server for all: a private one that another run has left.
run run --keep all --filter one "$PWD/scenarios/both.yaml"
is_status 0
stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
REHEARSE_POSTGRES="host=$(echo "$TMPDIR"/rehearse-pg-*) user=rehearse"
export REHEARSE_POSTGRES

loading() { # FILE
	sed "s/DUMP/$1/" >scenarios/load.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions:
  - {revision: a1, down_revision: null, upgrade: ALTER TABLE t ADD COLUMN IF NOT EXISTS more text}
states:
  production: {load: ../DUMP, version: []}
strategies:
  up:
    steps:
      - upgrade: head
      - check: {sql: "SELECT id, note FROM t ORDER BY id", equals: "1|a;\n2|\\! false\n3|"}
END
}

printf '%s\n' '\restrict Abc123' 'SET standard_conforming_strings = on;' \
	'CREATE TABLE public.t (id integer, note text);' \
	'COMMENT ON TABLE public.t IS '"'"'a \! in a text'"'"';' \
	'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $_$ SELECT 1 /* \! */ $_$; -- \!' \
	'COPY public.t (id, note) FROM stdin;' >dump.sql
printf '1\ta;\n2\t\\\\! false\n3\t\\N\n\\.\n\n\\unrestrict Abc123\n' >>dump.sql
# Only its owner can read it, who may not be the one who runs the server.
chmod 600 dump.sql
loading dump.sql
run run "$PWD/scenarios/load.yaml"
is_status 0
has_out 'up         ✓ works'

# Commands to psql are refused, wherever they hide.
refused() { # LINE
	printf 'CREATE TABLE t (id integer, note text);\n%s\n' "$1" >bad.sql
	loading bad.sql
	run run "$PWD/scenarios/load.yaml"
	shown="a dump with: $1"
	is_status 1
	has_out "bad.sql:"
	has_out "$2"
	holds ! -e "$TMPDIR/escaped"
}
refused '\! touch '"$TMPDIR/escaped" 'a command for psql in a dump'
refused 'SELECT 1 \! touch '"$TMPDIR/escaped" 'a command for psql in a dump'
refused 'SELECT 1 \g |cat' 'a command for psql in a dump'
refused '\copy t from program '"'touch $TMPDIR/escaped'" 'a command for psql in a dump'
refused '\i /etc/passwd' 'a command for psql in a dump'
refused "SELECT \$\$ ' \$\$ \\! touch $TMPDIR/escaped" 'a command for psql in a dump'
refused "SELECT E'a\\'' \\! touch $TMPDIR/escaped" 'a command for psql in a dump'
# The scanner is not all there is: the server refuses too.
refused "COPY t FROM PROGRAM 'touch $TMPDIR/escaped';" 'COPY to or from an external program'
refused 'SELECT nope;' 'column "nope" does not exist'
has_out 'SQLSTATE 42703'
printf "SET standard_conforming_strings = off;\nSELECT 'a\\\\'' \\! touch %s/escaped\n" "$TMPDIR" >bad.sql
loading bad.sql
run run "$PWD/scenarios/load.yaml"
is_status 1
holds ! -e "$TMPDIR/escaped"

# pg_dump's own formats.
if command -v pg_dump >/dev/null; then
	loading dump.sql
		run run --keep all "$PWD/scenarios/load.yaml"
	is_status 0
	look=$(sed -n "s/.*psql '\(.*\)'.*/\1/p" "$folder/out")
	pg_dump --dbname "$look" --format custom --table t --file dump.custom
	pg_dump --dbname "$look" --format plain --table t --file plain.sql
	for dump in dump.custom plain.sql; do
		loading $dump
		run run "$PWD/scenarios/load.yaml"
		is_status 0
	done
	# A dump's database has a locale, unless the scenario has one.
	if [ "$(printf '%s' "$("$real_bindir/postgres" --version)" | sed 's/.*) \([0-9]*\).*/\1/')" -ge 15 ]; then
		admin="host=$(echo "$TMPDIR"/rehearse-pg-*) user=rehearse dbname"
		psql -XAtqd "$admin=postgres" -c "CREATE DATABASE austrian TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-AT'"
		psql -XAtqd "$admin=austrian" -c "CREATE TABLE w (x text); INSERT INTO w VALUES ('b'), ('B'), ('a'), ('ä')"
		pg_dump --dbname "$admin=austrian" --format custom --file order.custom
		pg_dump --dbname "$admin=austrian" --format plain --file order.sql
		psql -XAtqd "$admin=postgres" -c "DROP DATABASE austrian"
		# As a server has it whose system knows the locale.
		sed "s/^-- PostgreSQL database dump$/&\n--\n\nCREATE DATABASE austrian WITH TEMPLATE = template0 ENCODING = 'UTF8' LOCALE_PROVIDER = libc LOCALE = 'de_AT.UTF-8';\n\\\\connect austrian/" \
			order.sql >named.sql
		ordered() { # DUMP CONFIGURE EQUALS
			cat >scenarios/order.yaml <<END
rehearse: 1
engines: [postgres]
configure: {$2}
states:
  production: {load: ../$1, version: []}
strategies:
  order: {steps: [{check: {sql: SELECT x FROM w ORDER BY x, equals: "$3"}}]}
END
			run run "$PWD/scenarios/order.yaml"
			is_status 0
			has_out 'order      ✓ works'
		}
		ordered order.custom '' 'a\nä\nb\nB'
		ordered order.custom 'locale: C' 'B\na\nb\nä'
		ordered order.sql '' 'B\na\nb\nä'
		ordered named.sql '' 'a\nä\nb\nB'
		locale -a | grep -qi '^de_AT.utf-*8$' ||
			has_out "  note: the server's system has no locale 'de_AT.UTF-8': ICU orders texts, by its own rules for 'de-AT'"
	fi
	# Extensions that were there before are not the scenario's to comment on, and other mistakes are not passed over.
	psql -XAtqd "$(echo "$look" | sed 's/user=[^ ]*/user=rehearse/')" -c 'CREATE EXTENSION citext' 2>"$folder/null" && {
		pg_dump --dbname "$look" --format custom --file dump.custom
		loading dump.custom
		sed -i '2i extensions: [citext]' scenarios/load.yaml
		run run "$PWD/scenarios/load.yaml"
		is_status 0
		sed -i 's/load: ..\/dump.custom/load: ..\/cut.custom/' scenarios/load.yaml
		head -c 3000 dump.custom >cut.custom
		run run "$PWD/scenarios/load.yaml"
		is_status 1
	}
fi
sh -c "$stop"
in_time nothing_is_left

# A file that cannot be loaded is the file's fault, in the same words on both engines.
unset REHEARSE_POSTGRES
printf 'CREATE TABLE t (i integer);\n' >x.sql
printf 'BZh91AY&SY' >x.sql.bz2
printf '\375\067\172\130\132\000' >x.sql.xz
printf 'PK\003\004' >x.sql.zip
printf '\377\376C\000' >u16.sql
printf 'a\000b' >x.bin
gzip -c x.sql | head -c 20 >cut.sql.gz
for file in x.sql.bz2:'is packed by bzip2' x.sql.xz:'is packed by xz' x.sql.zip:'is packed by zip' \
	u16.sql:'is no text, and no archive that is known: it holds a NUL byte' \
	x.bin:'is no text, and no archive that is known: it holds a NUL byte' cut.sql.gz:'it is cut off'; do
	printf 'rehearse: 1\nstates: {p: {load: %s}}\nsteps: []\n' "${file%%:*}" >"scenarios/unfit.yaml"
	mv "${file%%:*}" scenarios/
	run run "$PWD/scenarios/unfit.yaml"
	is_status 1
	holds "$(grep -c "error: FileError: .*${file#*:}" "$folder/out")" = 1
	has_out '2 cells: 0 as expected, 2 differ'
done
printf 'SQLite format 3\000' >scenarios/x.sqlite
printf 'PGDMP\001\000' >scenarios/x.dump
printf 'rehearse: 1\nengines: [postgres]\nstates: {p: {load: x.sqlite}}\nsteps: []\n' >scenarios/unfit.yaml
run run "$PWD/scenarios/unfit.yaml"
has_out "error: FileError: cannot load '$PWD/scenarios/x.sqlite': it is no dump for PostgreSQL"
has_out "hint: The file is from SQLite: write 'engines: [sqlite]'"
printf 'rehearse: 1\nengines: [sqlite]\nstates: {p: {load: x.dump}}\nsteps: []\n' >scenarios/unfit.yaml
run run "$PWD/scenarios/unfit.yaml"
has_out "error: FileError: cannot load '$PWD/scenarios/x.dump': it is no dump for SQLite"
has_out "hint: The file is from PostgreSQL: write 'engines: [postgres]'"
