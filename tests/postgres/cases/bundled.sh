# The bundled scenarios end as they claim and as their records say, and templates as they claim.
. "$here/../postgres/prelude.sh"
run run --engine postgres "$top/scenarios"
is_status 0
lacks_out 'not recorded'
mkdir templates
run new --template list
awk '{ print $1 }' "$folder/out" >"$folder/names"
while read -r template; do
	run new "templates/$template" --template "$template"
done <"$folder/names"
run run --engine postgres templates
is_status 0
has_out 'two-heads: Two heads'
in_time nothing_is_left
