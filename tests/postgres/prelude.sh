# Read by every case here: skips it without PostgreSQL, and gives it a place of its own for servers.
real_bindir=${PG_BINDIR:-}
for program_path in "$(command -v postgres)" /usr/lib/postgresql/*/bin/postgres; do
	[ -n "$real_bindir" ] || [ ! -x "$program_path" ] ||
		real_bindir=$(dirname "$(readlink -f "$program_path")")
done
if [ -z "$real_bindir" ]; then
	echo "skipped: there are no PostgreSQL server programs"
	exit 77
fi
unset REHEARSE_POSTGRES
# Clients are the server's: those on Debian's PATH are scripts that look for them, which takes longer than what they do.
PATH="$real_bindir:$PATH"
# Servers run as another user when root starts them. They make many files, which memory is quick to forget.
chmod 755 "$folder"
if [ -w /dev/shm ]; then
	TMPDIR=$(mktemp -d "/dev/shm/$(basename "$folder").XXXXXX")
	trap 'chmod -R u+rwx "$folder"; rm -rf "$folder" "$TMPDIR"' EXIT
else
	TMPDIR="$folder/tmp"
	mkdir "$TMPDIR"
fi
chmod 1777 "$TMPDIR"
export TMPDIR

# Servers, supervisors and workers of this case: a folder of it is where they work, or stands in an argument. This
# is asked again and again, so it starts few processes.
printf '%s\n' "$folder" "$TMPDIR" >"$folder/folders"
processes() {
	set --
	for comm in $(grep -lsE '^(postgres|rehearse)' /proc/[0-9]*/comm); do
		set -- "$@" "${comm%/comm}"
	done
	[ $# -eq 0 ] || {
		find "$@" -maxdepth 1 -name cwd -printf '%h %l\n' 2>/dev/null | grep -Ff "$folder/folders" |
			sed 's|^/proc/||; s| .*||'
		grep -lsFf "$folder/folders" $(printf '%s/cmdline ' "$@") | sed 's|^/proc/||; s|/cmdline||'
	} | sort -u
}

no_process() {
	[ -z "$(processes)" ]
}

nothing_is_left() {
	no_process && [ -z "$(ls -A "$TMPDIR")" ]
}

# A server's process shows in its title whose it is and what it does.
sessions() {
	grep -ahs '^postgres: rehearse_.*_owner ' /dev/null $(processes | sed 's|.*|/proc/&/cmdline|') | tr '\0' '\n'
}

# The statement that hangs is a DO, as no other is.
hangs() {
	sessions | grep -q ' DO$'
}

# It hangs, and the other cells are done: its session has been the only one for a moment.
hangs_alone() {
	for _ in 1 2 3; do
		[ "$(sessions | tee "$folder/sessions" | grep -c .)" -eq 1 ] && grep -q ' DO$' "$folder/sessions" || return 1
		sleep 0.1
	done
}

# Start a run in the background and wait until a statement of it hangs.
start() {
	shown="rehearse $*"
	"$program" "$@" >"$folder/out" 2>"$folder/err" </dev/null &
	parent=$!
	in_time hangs_alone
}

postmaster() {
	head -n 1 "$TMPDIR"/rehearse-pg-*/data/postmaster.pid
}

supervisor() {
	sed -n 's/^PPid:	//p' "/proc/$(postmaster)/status"
}

ended() {
	status=0
	wait "$parent" || status=$?
}

cat >scenarios/slow.yaml <<'END'
rehearse: 1
title: One cell is quick, one hangs
engines: [postgres]
revisions:
  - revision: a1
    down_revision: null
    upgrade: CREATE TABLE a (id integer PRIMARY KEY)
strategies:
  quick:
    steps: [{upgrade: head}]
  slow:
    steps: [{upgrade: head}, {sql: DO 'BEGIN PERFORM pg_sleep(600); END'}]
END
cat >scenarios/both.yaml <<'END'
rehearse: 1
title: Two cells that work, one that does not
engines: [postgres]
revisions:
  - revision: a1
    down_revision: null
    upgrade: CREATE TABLE a (id integer PRIMARY KEY)
strategies:
  one:
    steps: [{upgrade: head}]
  two:
    steps: [{upgrade: head}, {stamp: base}]
  bad:
    steps: [{upgrade: head}, {sql: SELECT nope}]
outcomes:
  bad@*: {fails_at: 2, error: nope}
END

# Leave a private server behind, with nothing in it: production's. `server` is its folder, `super` how its superuser gets in,
# `stop` the command that ends it.
leave_server() {
	run run --keep all --filter one "$PWD/scenarios/both.yaml"
	is_status 0
	stop=$(sed -n 's/.*, and remove them, with: //p' "$folder/err")
	server=$(echo "$TMPDIR"/rehearse-pg-*)
	super="host=$server user=rehearse"
	run clean --kept --postgres "$super dbname=postgres"
}
