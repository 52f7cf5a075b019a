# A worker that dies ends one cell; the rest is reported.
[ -d /proc/self ] || exit 0
cat >scenarios/slow.yaml <<'END'
rehearse: 1
engines: [sqlite]
revisions:
  - revision: a1
    down_revision: null
    upgrade: |
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
      SELECT count(*) FROM n;
strategies:
  quick:
    steps:
      - stamp: a1
  slow:
    steps:
      - upgrade: head
END

# The first child of a process.
child_of() {
	grep -l "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status 2>/dev/null | head -n 1 | cut -d / -f 3
}

shown='rehearse run, with a worker killed'
for seconds in 0.5 2 5 15; do # until the worker is at the slow cell, the last one of all
	"$program" run --jobs 1 scenarios >"$folder/out" 2>"$folder/err" &
	parent=$!
	sleep $seconds
	kill -KILL "$(child_of $parent)"
	status=0
	wait $parent || status=$?
	! grep -q slow/slow "$folder/err" || break
done
is_status 3
has_err "error: no answer for cell 'slow/slow@fresh:sqlite': its worker was killed by signal 9"
has_out '  slow     ? no answer'
has_out '  quick    ✓ works'
has_out '6 cells: 6 as expected; 1 without an answer'
