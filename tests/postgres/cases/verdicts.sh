# Verdicts that were wrong once: each file says how its cells end.
. "$here/../postgres/prelude.sh"
run run --engine postgres "$top/tests/verdicts"
is_status 0
in_time nothing_is_left
