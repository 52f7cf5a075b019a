# A scenario to start from, which runs as it is.
run new lost-table
is_status 0
is_out <<'END'
wrote scenarios/lost-table.yaml; play it with: rehearse run scenarios/lost-table.yaml
END
run run scenarios/lost-table.yaml --engine sqlite
is_status 0

# What is printed can be pasted.
run new "my incident"
is_out <<'END'
wrote scenarios/my incident.yaml; play it with: rehearse run 'scenarios/my incident.yaml'
END
echo mine >scenarios/mine.yaml
run new mine
is_status 2
has_err "'scenarios/mine.yaml' is there already"
file_is scenarios/mine.yaml <<'END'
mine
END

mkdir elsewhere
cd elsewhere
run new here.yaml
is_status 0
holds -f here.yaml
cd ..
run new elsewhere/there
is_status 0
holds -f elsewhere/there.yaml
run new nowhere/there
is_status 2
run new .hidden
is_status 2

# Each template is played on SQLite as it is written, and ends as it claims.
run new --template list
is_status 0
no_err
has_out '  two-heads '
cp "$folder/out" "$folder/templates"
run help new
grep -A99 '^Templates:' "$folder/out" | sed -n '2,/^$/p' | sed '$d' >"$folder/helped"
diff "$folder/templates" "$folder/helped" || fail "help has other templates"

mkdir all
while read -r template summary; do
	run new "all/$template" --template "$template"
	is_status 0
done <"$folder/templates"
holds "$(ls all | wc -l)" -gt 10
run check all
is_status 0
run run --engine sqlite all
is_status 0
run new plain
diff scenarios/plain.yaml all/lying-version.yaml || fail "the default is another template"

run new --template two-head mine2
is_status 2
no_out
is_err <<'END'
error: option '--template' cannot be 'two-head': there is no such template
  hint: Did you mean 'two-heads'?

'rehearse help new' lists the options.
END
run new --template qqqq mine2
has_err "hint: 'rehearse new --template list' shows them all."
holds ! -e scenarios/mine2.yaml
run new
is_status 2
has_err "command 'new' needs an argument: NAME"
