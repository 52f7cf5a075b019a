#!/bin/sh
# run.sh PROGRAM - check every malformed file of this folder by itself: exit status 2, nothing on standard
# output, and on standard error what stands in the .txt file beside it.
set -u

program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")" || exit 1
actual=$(mktemp "${TMPDIR:-/tmp}/rehearse-mistakes.XXXXXX")
trap 'rm -f "$actual" "$actual.out"' EXIT
files=0
failures=0

fail() {
	failures=$((failures + 1))
	echo "FAILED: $*"
}

for file in *.yaml; do
	files=$((files + 1))
	status=0
	NO_COLOR=1 "$program" check "$file" >"$actual.out" 2>"$actual" </dev/null || status=$?
	[ "$status" -eq 2 ] || fail "$file: status $status, expected 2"
	[ ! -s "$actual.out" ] || fail "$file: something is written on standard output"
	diff -au "${file%.yaml}.txt" "$actual" || fail "$file: mistakes differ (- expected, + actual)"
done
echo "$files files, $failures failures"
[ "$files" -gt 80 ] && [ "$failures" -eq 0 ]
