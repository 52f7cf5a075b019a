# Mistakes without a database.
run check
is_status 0
no_err
is_out <<'END'
2 files, no mistakes
END
run check scenarios/fork.yaml
is_out <<'END'
1 file, no mistakes
END

sed -i 's/^title/titel/; s/upgrade: head$/upgrad: head/' scenarios/ladder.yaml
run check
is_status 2
no_out
has_err "scenarios/ladder.yaml:2:1: error: unknown key 'titel'"
has_err "Did you mean 'title'?"
has_err 'upgrad'
