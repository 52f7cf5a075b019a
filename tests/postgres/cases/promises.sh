# What is promised of a server that is lent: what a run makes there goes, whoever stops listening; who is alive is left
# alone; no secret is told.
. "$here/../postgres/prelude.sh"
command -v psql >/dev/null || exit 77

run run --keep all --filter one "$PWD/scenarios/both.yaml"
is_status 0
stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
server=$(echo "$TMPDIR"/rehearse-pg-*)
admin="host=$server user=rehearse dbname=postgres"
sql() {
	psql -XAtqd "$admin" -c "$1" 2>&1
}
run clean --kept --postgres "$admin"
is_status 0
sql 'GRANT CONNECT ON DATABASE postgres TO PUBLIC'
sql "CREATE ROLE lender LOGIN CREATEDB CREATEROLE PASSWORD 'hunter2hunter2'"
sql 'CREATE DATABASE theirs OWNER lender'
printf 'local all rehearse trust\nlocal all all scram-sha-256\n' >"$server/data/pg_hba.conf"
sql 'SELECT pg_reload_conf()' >"$folder/null"
sleep 0.5
host=$(echo "$server" | sed 's|/|%2F|g')
lent="postgresql://lender:hunter2hunter2@/theirs?host=$host"
nothing_there() {
	[ -z "$(sql "SELECT datname FROM pg_database WHERE datname ~ '^rehearse_' UNION ALL
		SELECT rolname FROM pg_roles WHERE rolname ~ '^rehearse_'")" ]
}

# The sign of life is seen from every database of the server.
start run --jobs 2 --postgres "$lent" "$PWD/scenarios/slow.yaml"
for other in "$lent" "$admin" "host=$server user=rehearse dbname=template1"; do
	run clean --postgres "$other"
	has_out ', 0 databases dropped'
done
hangs || fail 'a run that is under way was hurt'
kill -TERM "$parent"
ended
is_status 143
in_time nothing_there

# Readers that go away, and a disk that is full.
for scenario in 1 2 3 4 5 6; do
	cp scenarios/both.yaml "scenarios/many$scenario.yaml"
done
shown='rehearse run --postgres URL | head -n 1'
{
	"$program" run --jobs 3 --postgres "$lent" "$PWD"/scenarios/many*.yaml 2>"$folder/err"
	echo $? >"$folder/status"
} | head -n 1 >"$folder/out"
status=$(cat "$folder/status")
is_status 141
no_err
in_time nothing_there
if [ -w /dev/full ]; then
	shown='rehearse run --postgres URL >/dev/full'
	status=0
	"$program" run --jobs 3 --postgres "$lent" "$PWD"/scenarios/many*.yaml >/dev/full 2>"$folder/err" || status=$?
	is_status 3
	has_err 'could not write to standard output: No space left on device'
	in_time nothing_there
fi
rm scenarios/many*.yaml

# No secret is told, nor shown in the list of processes.
mkdir dumps
echo 'CREATE TABLE a (id integer); SELECT pg_sleep(2);' >dumps/slow.sql
cat >scenarios/load.yaml <<'END'
rehearse: 1
engines: [postgres]
revisions: [{revision: a1, down_revision: null, upgrade: CREATE TABLE b (id integer)}]
states: {dump: {load: ../dumps/slow.sql}}
steps: [{upgrade: head}]
END
it_loads() {
	[ -n "$(sql "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(2)%' AND usename ~ '^rehearse_'")" ]
}
secret_is_told() {
	cat "$folder/out" "$folder/err" | grep -iE 'hunter[23]|secret%'
}
tells_nothing() {
	told=$(secret_is_told)
	[ -z "$told" ] || fail "a secret is told: $told"
}
for address in "$lent&sslpassword=hunter3hunter3" \
	"host=$server user=lender password=hunter2hunter2 sslpassword='hunter3 hunter3' dbname=theirs"; do
	shown='rehearse run --keep all, with secrets in the address'
	REHEARSE_POSTGRES="$address" "$program" run --keep all "$PWD/scenarios/load.yaml" \
		>"$folder/out" 2>"$folder/err" </dev/null &
	parent=$!
	in_time it_loads
	# grep's pattern is in no argument of ours
	printf 'hunter2\nhunter3\n' >"$folder/secrets"
	[ -z "$(grep -lFf "$folder/secrets" /proc/[0-9]*/cmdline 2>"$folder/null")" ] ||
		fail 'a secret is in the list of processes'
	ended
	is_status 0
	has_out 'psql '
	tells_nothing
	run clean --kept --postgres "$lent"
	in_time nothing_there
done
printf 'lender:hunter2\n' >"$folder/passfile"
for address in 'host=/nowhere password=a hunter2hunter2' 'postgresql://u:hunter2hunter2%zz@h/d' \
	'postgresql://u:hunter2"hunter2@[::1/d' 'host=h password=hunter2hunter2 hunter3=1' \
	"host=/nowhere user=u password=hunter2hunter2 sslpassword=hunter3" "passfile=$folder/passfile host=/nowhere"; do
	REHEARSE_POSTGRES="$address" run run "$PWD/scenarios/both.yaml"
	is_status 3
	tells_nothing
done

sh -c "$stop" 2>"$folder/null"
in_time nothing_is_left
