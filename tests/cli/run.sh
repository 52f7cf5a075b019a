#!/bin/sh
# run.sh PROGRAM CASE [thorough] - run one case of the command line's tests, in a new folder with a copy of suite/.
#
# A case is a shell script with these functions at hand. What differs is printed, and the case goes on.
set -u

absolute() {
	echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}

program=$(absolute "$1")
case=$(absolute "$2")
thoroughly=${3-}
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
name=$(basename "$case" .sh)
folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-$name.XXXXXX")
failures=0
trap 'chmod -R u+rwx "$folder"; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

unset CI NO_COLOR GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITHUB_WORKSPACE
export LC_ALL=C.UTF-8

# Run the program; its status, what it writes and its errors are kept for the checks below.
run() {
	shown="rehearse $*"
	status=0
	"$program" "$@" >"$folder/out" 2>"$folder/err" </dev/null || status=$?
	no_worker_was_stuck
}

# A worker that had to be ended is a wait without a deadline: docs/waits.md lists those that there are.
no_worker_was_stuck() {
	[ ! -s "$folder/err" ] || ! grep -q 'its worker did not answer, long after the timeout' "$folder/err" ||
		fail 'a worker was stuck'
}

# is_thorough: whether the case is to do what takes long, too.
is_thorough() {
	[ "$thoroughly" = thorough ]
}

fail() {
	failures=$((failures + 1))
	echo "FAILED: $shown: $*"
}

# The system's Python comes before others, which may be wrappers that take longer than what is asked of them.
system_python=$(command -v /usr/bin/python3 || echo python3)

# has_alembic: whether there is a Python that has Alembic; it is $REHEARSE_PYTHON then. Each is asked without importing it, which
# takes longer.
has_alembic() {
	for python in ${REHEARSE_PYTHON-} /usr/bin/python3 python3; do
		if "$python" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("alembic"))' 2>/dev/null; then
			export REHEARSE_PYTHON="$python"
			return 0
		fi
	done
	return 1
}

# is_status N: the exit status.
is_status() {
	[ "$status" -eq "$1" ] || {
		fail "status $status, expected $1"
		cat "$folder/err"
	}
}

# is_out, is_err: standard output, standard error are what stands in the here-document.
is_out() {
	diff -u - "$folder/out" || fail "standard output differs (- expected, + actual)"
}

is_err() {
	diff -u - "$folder/err" || fail "standard error differs (- expected, + actual)"
}

# no_out, no_err: nothing was written there.
no_out() {
	is_out </dev/null
}

no_err() {
	is_err </dev/null
}

# has_out TEXT, has_err TEXT, lacks_out TEXT, lacks_err TEXT: a text stands somewhere in it, on one line. To grep, a text of several
# lines is several texts, of which one is enough.
is_line() {
	case $1 in
	*'
'*) fail "this is no text of one line: $1" ;;
	esac
}

has_out() {
	is_line "$1"
	grep -qF -- "$1" "$folder/out" || {
		fail "standard output lacks: $1"
		cat "$folder/out"
	}
}

has_err() {
	is_line "$1"
	grep -qF -- "$1" "$folder/err" || {
		fail "standard error lacks: $1"
		cat "$folder/err"
	}
}

lacks_out() {
	is_line "$1"
	! grep -qF -- "$1" "$folder/out" || fail "standard output has: $1"
}

lacks_err() {
	is_line "$1"
	! grep -qF -- "$1" "$folder/err" || fail "standard error has: $1"
}

# holds TEST...: what test(1) is given is true.
holds() {
	[ "$@" ] || fail "does not hold: $*"
}

# file_is FILE: a file is what stands in the here-document.
file_is() {
	diff -u - "$1" || fail "$1 differs (- expected, + actual)"
}

# in_time COMMAND...: a command succeeds, soon where the machine is quiet; it is tried again and again.
in_time() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -le 1200 ] || {
			fail "not within a minute: $*"
			return
		}
		sleep 0.05
	done
}

# processes_of TEXT: how many processes have TEXT in an argument. It is read from a file, as grep is one.
processes_of() {
	printf '%s\n' "$1" >"$folder/pattern"
	grep -lFf "$folder/pattern" /proc/[0-9]*/cmdline 2>/dev/null | wc -l
}

cp -R "$here/suite" "$folder/work"
cd "$folder/work" || exit 1
. "$case"
[ "$failures" -eq 0 ] || {
	echo "$name: $failures checks failed"
	exit 1
}
