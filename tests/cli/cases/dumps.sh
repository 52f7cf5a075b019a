# A file that is not for the engine it is loaded on, or not unpacked: what it is, is said.
cat >load.yaml <<'END'
rehearse: 1
engines: [sqlite]
states: {production: {load: FILE}}
steps: []
END
loads() {
	sed "s/FILE/$1/" load.yaml >one.yaml
	run run one.yaml
	is_status 1
}
printf -- '--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n' >plain.sql
loads plain.sql
has_out "hint: The file is from PostgreSQL: write 'engines: [postgres]', in the scenario or in its strategies."
printf 'PGDMP\001\016' >custom.dump
loads custom.dump
has_out 'hint: The file is from PostgreSQL'
printf 'CREATE TABLE t (i integer);\n' | gzip >"prod.sql.gz"
sed -e 's/FILE/prod.sql.gz/' -e '$d' load.yaml >one.yaml
printf 'steps: [{check: {sql: SELECT count(*) FROM t, equals: "0"}}]\n' >>one.yaml
run run one.yaml
is_status 0
gzip -c plain.sql >plain.sql.gz
loads plain.sql.gz
has_out 'hint: The file is from PostgreSQL'
printf '\375\067\172\130\132\000' >prod.sql.xz
loads prod.sql.xz
has_out "hint: The file is packed: unpack it first, with 'unxz --keep prod.sql.xz'."
printf -- '-- MySQL dump 10.13\nCREATE TABLE `t` (i int) ENGINE=InnoDB;\n' >my.sql
loads my.sql
has_out 'hint: The file is a dump of MySQL, which cannot be rehearsed.'
printf 'CREATE TABLE t (i integer;\n' >wrong.sql
loads wrong.sql
lacks_out hint
