#!/bin/sh
# slurm.sh PROGRAM SCENARIOS PAGE - the parts of a run as a real array of Slurm: a cluster of this one machine is started
# for it (Debian: slurm-wlm, munge), an array of four is handed to sbatch, and its parts are merged; then the array that
# PAGE (docs/ci.md) shows, as it stands there. As root, as Slurm's daemons want; exit status 77 where it cannot be done.
# Nothing is left behind.
set -eu

program=$(realpath "$1")
scenarios=$(realpath "$2")
page=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin

for needed in munged slurmctld slurmd sbatch; do
	command -v "$needed" >/dev/null || {
		echo "skipped: there is no $needed"
		exit 77
	}
done
[ "$(id -u)" -eq 0 ] || {
	echo "skipped: not root"
	exit 77
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-slurm.XXXXXX")
daemons=
finish() {
	# shellcheck disable=SC2086 # a list of numbers
	[ -z "$daemons" ] || kill $daemons 2>/dev/null || true
	wait
	rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$folder"

fail() {
	echo "FAILED: $*"
	tail -n 5 "$folder"/*.log "$folder"/work/*.out 2>/dev/null || true
	exit 1
}

# patiently COMMAND... - until it succeeds, a minute at most.
patiently() {
	tries=0
	until "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -le 300 ] || fail "never: $*"
		sleep 0.2
	done
}

mkdir "$folder/controller" "$folder/spool" "$folder/work"
head -c 1024 /dev/urandom >"$folder/munge.key"
chmod 600 "$folder/munge.key"
sed -e "s|@HOST@|$(hostname -s)|" -e "s|@FOLDER@|$folder|" -e "s|@CPUS@|$(getconf _NPROCESSORS_ONLN)|" \
	-e "s|@PORT@|$((20000 + $$ % 20000))|" -e "s|@NODE_PORT@|$((40000 + $$ % 20000))|" \
	"$here/slurm.conf.in" >"$folder/slurm.conf"
export SLURM_CONF="$folder/slurm.conf"

munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
	--pid-file="$folder/munge.pid" --seed-file="$folder/munge.seed" --log-file="$folder/munge.log" 2>"$folder/munged.log" &
daemons=$!
patiently test -S "$folder/munge.socket"
slurmctld -D >/dev/null 2>&1 &
daemons="$! $daemons"
patiently scontrol ping
slurmd -D -N "$(hostname -s)" >/dev/null 2>&1 &
daemons="$! $daemons"
patiently sh -c 'sinfo -h -o %T | grep -q idle'

cd "$folder/work"
cat >part.sh <<END
#!/bin/sh
#SBATCH --array=0-6:2
#SBATCH --output=part-%a.out
exec '$program' run --engine sqlite --quiet --shard auto --report "json:part-\$SLURM_ARRAY_TASK_ID.json" '$scenarios'
END
sbatch --parsable part.sh >/dev/null
patiently sh -c '[ -z "$(squeue -h)" ]'
for part in 0 2 4 6; do
	[ -s "part-$part.json" ] || fail "part $part has written nothing"
done

cells() {
	sed -n 's/^\([0-9]*\) cells.*/\1/p' "$1"
}
"$program" merge --quiet part-0.json part-2.json part-4.json part-6.json >merged || fail "the parts do not add up"
"$program" run --engine sqlite --quiet "$scenarios" >whole || fail "the whole differs"
[ "$(cells merged)" -eq "$(cells whole)" ] || fail "$(cat merged), and the whole is $(cat whole)"
if "$program" merge --quiet part-0.json part-2.json part-6.json >without 2>missing; then
	fail "a part is missing, and nobody says so"
fi
grep -q 'error: part 3 of 4 is missing: [0-9]* cells' missing || fail "$(cat missing)"
echo "an array of 4 parts: $(cat merged)"

# The script that the page shows, where its reader has scenarios: here those that need no server.
mkdir -p shown/scenarios shown/bin
ln -s "$program" shown/bin/rehearse
grep -rl '^engines: \[sqlite\]' "$scenarios" | while read -r file; do
	cp "$file" shown/scenarios
done
cd shown
sed -n '/^### Slurm/,/^### /{/^```sh$/,/^```$/{/^```/!p;};}' "$page" >part.sh
grep -q '^#SBATCH --array=1-3$' part.sh || fail "the page shows no array: $(cat part.sh)"
PATH=$PWD/bin:$PATH sbatch --parsable part.sh >/dev/null
patiently sh -c '[ -z "$(squeue -h)" ]'
"$program" merge --quiet parts/*.json >merged || fail "the parts of what the page shows do not add up"
"$program" run --quiet >whole || fail "the scenarios that it was run on differ"
[ "$(cells merged)" -gt 0 ] && [ "$(cells merged)" -eq "$(cells whole)" ] || fail "$(cat merged), and the whole is $(cat whole)"
echo "the array of the page: $(cat merged)"
