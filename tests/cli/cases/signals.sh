# A signal ends the run at once; what is known is told, and nothing is left behind.
cat >scenarios/slow.yaml <<'END'
rehearse: 1
title: A statement that takes for ever
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

# End it when the quick cell has been played, which takes longer on a busy machine.
end_by() {
	shown="rehearse run, ended by $1"
	for seconds in 0.2 0.5 2 5 15; do
		status=0
		timeout --preserve-status -s "$1" $seconds \
			"$program" run --jobs 2 "$PWD/scenarios/slow.yaml" \
			>"$folder/out" 2>"$folder/err" || status=$?
		! grep -q quick "$folder/out" || break
	done
}

nothing_is_left() {
	[ ! -d /proc/self ] || [ "$(processes_of "$PWD/scenarios/slow.yaml")" -eq 0 ]
}

end_by INT
is_status 130
has_out '  quick    ✓ works'
has_out '  slow     ? no answer'
has_err 'interrupted: 1 of 2 cells were not played'
end_by TERM
is_status 143
has_out '  slow     ? no answer'
in_time nothing_is_left

# A parent that is killed takes its workers along.
"$program" run "$PWD/scenarios/slow.yaml" >"$folder/out" 2>"$folder/err" &
parent=$!
sleep 0.3
kill -KILL $parent
wait $parent 2>/dev/null
in_time nothing_is_left

# Time runs out for a cell, not for the run.
run run --timeout 0.2 scenarios/slow.yaml
is_status 1
has_out '  quick    ✓ works'
has_out '  slow     ✗ fails at 1 !'
run accept --timeout 0.2 scenarios/slow.yaml
is_status 1
has_err "warning: cell 'slow/slow@fresh:sqlite' ran out of time and is not recorded"
holds ! -e expected/slow/slow@fresh.sqlite.txt
holds -e expected/slow/quick@fresh.sqlite.txt
