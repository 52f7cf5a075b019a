# What an argument names: the same in every command.

# A scenario by its bare name, a cell by the name that is printed, with its engine or without.
for scenario in ladder scenarios/ladder scenarios/ladder.yaml; do
	run run "$scenario" --engine sqlite
	is_status 0
	run check "$scenario"
	is_out <<'END'
1 file, no mistakes
END
	run tree "$scenario"
	is_status 0
	run doctor "$scenario"
	is_status 0
	run plan "$scenario" upgrade head
	is_status 0
done
run list --cells ladder/up@lying:sqlite ladder/up@fresh
is_out <<'END'
ladder/up@fresh:sqlite
ladder/up@lying:sqlite
END
run list --cells scenarios/ladder.yaml up@lying
is_out <<'END'
ladder/up@lying:sqlite
END
run run ladder/up@lying:sqlite
has_out '1 cell: '
run accept --dry-run ladder/up@fresh:sqlite
has_out 'new expected/ladder/up@fresh.sqlite.txt'
run explain ladder/up@fresh:sqlite
is_status 0
has_out 'ladder/up@fresh:sqlite'

# What is printed of scenarios that lie elsewhere, too: below here, or where a cell has failed.
mkdir -p deep/down "$folder/elsewhere"
cp scenarios/ladder.yaml deep/down/incident.yaml
run run deep/down/incident.yaml --engine sqlite
has_out 'incident'
run run incident/up@lying:sqlite
has_out '1 cell: '
run explain incident up@fresh:sqlite
is_status 0
printf 'rehearse: 1\nengines: [sqlite]\nsteps: [{upgrade: nope}]\n' >"$folder/elsewhere/outside.yaml"
run run "$folder/elsewhere/outside.yaml"
is_status 1
run run outside/replay@fresh:sqlite
has_out '1 cell: 0 work, 1 does not'
mkdir deep/twice
cp scenarios/ladder.yaml deep/twice/incident.yaml
run run incident/up@lying:sqlite
is_status 2
has_err "several scenarios are called 'incident': deep/down/incident.yaml, deep/twice/incident.yaml"
rm -r deep .rehearse

# Names that nothing has.
run run ladder/up@lyin
is_status 4
is_err <<'END'
error: scenario 'ladder' has no cell 'up@lyin'
  hint: Did you mean 'ladder/up@lying:sqlite'?
END
run run up@lying
is_status 2
has_err "hint: Write 'SCENARIO/up@lying'."
run run laddr/up@lying
has_err "there is no file, folder or scenario 'laddr'"
run run scenarios/ladder.yml
is_err <<'END'
error: there is no file, folder or scenario 'scenarios/ladder.yml'
  hint: Did you mean 'scenarios/ladder.yaml'?
END
printf 'rehearse: 1\nsteps: []\n' >scenarios/l.yml
run run scenarios/l.yaml
has_err "hint: Did you mean 'scenarios/l.yml'?"
rm scenarios/l.yml
run tree scenarios
has_err "there is no Alembic project in 'scenarios'"

# A cell's tree is the one that its strategy edits.
cat >edited.yaml <<'END'
rehearse: 1
revisions: [{revision: a1, down_revision: null}]
strategies:
  more: {add_revisions: [{revision: b2, down_revision: a1}], steps: []}
END
run tree edited/more@fresh
has_out b2
run doctor edited
has_out '1 revision'

# Standard input and pipes.
run check -
is_status 2
has_err 'stdin:1:1: error: the file is empty'
"$program" check - <scenarios/ladder.yaml >"$folder/out" || fail 'no scenario on standard input'
is_out <<'END'
1 file, no mistakes
END
cat scenarios/ladder.yaml | "$program" list --cells /dev/stdin >"$folder/out"
has_out 'stdin/up@fresh:sqlite'
mkfifo pipe.yaml
cat scenarios/ladder.yaml >pipe.yaml &
run list --cells pipe.yaml
has_out 'pipe/up@fresh:sqlite'
for name in x.py x.ini x.toml x.cfg; do
	mkfifo "$name"
	for command in doctor tree; do
		run $command "$name"
		is_status 2
		has_err "'$name' is a pipe, a device or a socket, not a file"
	done
	run check "$name"
	is_status 2
	has_err "'$name' is a pipe, and nobody writes to it"
	rm "$name"
done
run doctor pipe.yaml
is_status 2
has_err "'pipe.yaml' is a pipe, and nobody writes to it"
run plan pipe.yaml upgrade head
is_status 2
(sleep 2 && cat scenarios/ladder.yaml) >pipe.yaml &
run list --cells pipe.yaml
has_out 'pipe/up@fresh:sqlite'
"$program" accept - --engine sqlite <scenarios/ladder.yaml 2>"$folder/err" && fail 'accepted'
has_err "cannot record scenario 'stdin': it is in no file"
run check /dev/null
has_err '/dev/null:1:1: error: the file is empty'

# A folder is searched for scenarios; what else is YAML there is passed over, and counted.
mkdir -p mixed/node_modules mixed/venv/lib mixed/.hidden mixed/deep
cp scenarios/ladder.yaml mixed/one.yaml
{ printf '\357\273\277# first\n---\n'; cat edited.yaml; } >mixed/deep/two.yml
printf '{\n  "rehearse": 1,\n  "steps": []\n}\n' >mixed/three.yaml
cp scenarios/ladder.yaml mixed/node_modules/four.yaml
cp scenarios/ladder.yaml mixed/venv/lib/five.yaml
cp scenarios/ladder.yaml mixed/.hidden/six.yaml
touch mixed/venv/pyvenv.cfg
printf 'services: {}\n' >mixed/docker-compose.yaml
printf 'a: [\n' >mixed/broken.yml
mkfifo mixed/pipe.yaml
run check mixed
is_status 0
is_out <<'END'
3 files, no mistakes; 3 files passed over, without a key 'rehearse' in the first 64 KiB
END
run run mixed --engine sqlite
has_out '; 3 files passed over'
rm mixed/one.yaml mixed/deep/two.yml mixed/three.yaml
run run mixed
is_status 4
has_err 'no scenario files: 3 files passed over'
run check mixed/docker-compose.yaml
is_status 2
has_err "unknown key 'services'"

# What is not allowed is not called missing.
if [ "$(id -u)" -ne 0 ]; then
	mkdir locked
	cp scenarios/ladder.yaml locked/w.yaml
	chmod a-x locked
	run check locked/w.yaml
	is_status 3
	has_err "could not look at 'locked/w.yaml': Permission denied"
fi
