# Every mistake of a command line is named at once, with what may be meant.
run rnu
is_status 2
no_out
is_err <<'END'
error: unknown command 'rnu'
  hint: Did you mean 'run'?
END

run --jobs 4 run
is_status 2
has_err "unknown option '--jobs'"

run run --fliter x --jobs 0 --shard 5/4 --keep most --engine sqlte --timeout soon --color
is_status 2
no_out
is_err <<'END'
error: unknown option '--fliter'
  hint: Did you mean '--filter'?

error: option '--jobs' cannot be '0': not a whole number from 1

error: option '--shard' cannot be '5/4': not a part such as 1/4 ... 4/4, nor auto

error: option '--keep' cannot be 'most'
  hint: It is one of: failed, all, none.

error: option '--engine' cannot be 'sqlte'
  hint: Did you mean 'sqlite'?

error: option '--timeout' cannot be 'soon': not a number of seconds such as 10 or 0.5

error: option '--color' needs a value
  hint: It is one of: auto, always, never.

'rehearse help run' lists the options.
END

# Words of other tools, and what stands behind an option that is none.
run lint
has_err "Did you mean 'check'?"
run test
has_err "Did you mean 'run'?"
run upgrade
has_err "'rehearse plan SOURCE upgrade TARGET' shows what it would do."
run run -x
has_err "Did you mean '--fail-fast'?"
run run -k fork
has_err "Did you mean '--filter'?"
run tree ladder --form svg
is_status 2
is_err <<'END'
error: unknown option '--form'
  hint: Did you mean '--format'?

'rehearse help tree' lists the options.
END
run run --engine sqlite,postgres
has_err "hint: Give the option once for each: --engine sqlite --engine postgres."

# A scenario where a command should be.
run scenarios/ladder.yaml
has_err "Did you mean 'rehearse run scenarios/ladder.yaml'?"
run ladder
has_err "Did you mean 'rehearse run ladder'?"

run run --filter 'a(b'
is_status 2
has_err "option '--filter' cannot be 'a(b': missing closing parenthesis"

run run --format=json --format=text
is_status 2
has_err "option '--format' is given twice"

run run nowhere.yaml scenarios/ladder.yaml nowhere
is_status 2
no_out
is_err <<'END'
error: there is no file, folder or scenario 'nowhere.yaml'
  hint: 'rehearse list' names the scenarios of 'scenarios'.

error: there is no file, folder or scenario 'nowhere'
  hint: 'rehearse list' names the scenarios of 'scenarios'.
END

# An empty argument is most likely a variable that was not set.
run run ''
is_status 2
has_err "there is no file, folder or scenario ''"

mkdir empty sub
cd sub
run run
is_status 2
has_err "there is no folder 'scenarios' here"
has_err "rehearse new NAME"
cd ..
run run empty
is_status 4
has_err 'no scenario files'
run new
is_status 2
has_err "command 'new' needs an argument: NAME"
run schema extra
is_status 2
has_err "too many arguments: 'extra'"
