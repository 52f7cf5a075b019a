#!/bin/sh
# misplayed.sh PROGRAM - what runner.c tells of tests that end in each way there is: each in a process, all in one, and by name.
set -u
program=$1
failed=0

# As compilers may put tests in another order.
sorted() {
	printf '%s\n' "$1" | LC_ALL=C sort
}

# says STATUS LINES WORD...: how it ends with these arguments, and what it prints.
says() {
	wanted=$1
	lines=$2
	shift 2
	said=$("$program" "$@" 2>/dev/null)
	status=$?
	if [ "$status" -ne "$wanted" ] || [ "$(sorted "$said")" != "$(sorted "$lines")" ]; then
		printf 'FAILED: with "%s" status %s:\n%s\n' "$*" "$status" "$said"
		failed=1
	fi
}

all='1..7
not ok - misplayed::fails_and_goes_on
not ok - misplayed::fails_and_stops
not ok - misplayed::hangs, signal 14
ok - misplayed::holds
ok - misplayed::is_skipped # SKIP the moon is full
not ok - misplayed::is_killed, signal 9
not ok - misplayed::leaves, exit status 3'
one='1..1
ok - misplayed::holds'
says 1 "$all"
says 1 "$all" --together
says 0 "$one" holds
says 0 "$one" --together holds
says 1 '1..0' nothing_of_that_name
exit $failed
