# A scenario to start from, which runs as it is.
run new lost-table
is_status 0
is_out <<'END'
wrote scenarios/lost-table.yaml; 'rehearse run scenarios/lost-table.yaml' plays it
END
run run scenarios/lost-table.yaml --engine sqlite
is_status 0
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
