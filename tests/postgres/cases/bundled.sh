# The bundled scenarios end as they claim and as their records say.
. "$here/../postgres/prelude.sh"
run run --engine postgres "$top/scenarios"
is_status 0
lacks_out 'not recorded'
in_time nothing_is_left
