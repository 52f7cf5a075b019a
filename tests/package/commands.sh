#!/bin/sh
# commands.sh [PYTHON] - does every command of the `rehearse` that is on the path do its work, with what was installed
# beside it: templates, the helper, the looks of a page? In an empty folder, which is thrown away; a shell and git are
# all that it needs. PYTHON has Alembic: without it commands that run a project's migrations are left out, which is said.
set -eu
python=${1-}
folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-commands.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM
cd "$folder"
done=

# Run a command: `ends STATUS WORDS COMMAND...`, where WORDS stand in what it says.
ends() {
	expected=$1
	words=$2
	shift 2
	status=0
	rehearse "$@" >said 2>&1 </dev/null || status=$?
	if [ "$status" -ne "$expected" ] || ! grep -q -e "$words" said; then
		cat said
		echo "FAILED: rehearse $*: status $status, expected $expected and '$words'" >&2
		exit 1
	fi
	case " $done " in
	*" $1 "*) ;;
	*) done="$done $1" ;;
	esac
}

# A scenario from a template, and all that is asked of it.
ends 0 'wrote incident.yaml' new incident
ends 0 'no mistakes' check incident.yaml
ends 0 '3 as expected' run --engine sqlite --report json:run.json --report html:page.html incident.yaml
grep -q '<style>' page.html && grep -q '^:root' page.html
ends 0 '3 as expected' merge run.json --report junit:merged.xml
[ -s merged.xml ]
ends 0 '2 new' accept --all --engine sqlite --filter production incident.yaml
ends 0 'production' list --cells .
ends 0 'The verdict' explain incident honest-stamp@production:sqlite
ends 0 '</svg>' tree incident --format svg
ends 0 'no faults' doctor incident
ends 0 '0001 -> 0002' plan incident upgrade head
ends 1 'alembic stamp 0001' locate incident --database incident:production
ends 0 'Proof: ' repair --engine sqlite --save repaired.yaml incident
ends 0 '5 as expected' run --engine sqlite repaired.yaml
printf 'stamp 0001\nupgrade head\n' >steps
rehearse play incident --state production --engine sqlite <steps >said
grep -q '+ column users.email' said || { cat said; exit 1; }
done="$done play"
ends 0 '"title": "A scenario of Rehearse"' schema
ends 0 'complete ' completions bash
ends 0 '^\.TH REHEARSE-RUN' manual run
ends 0 'removed' clean

# A database of its own, and back.
ends 0 'honest-stamp\|production' export --engine sqlite incident/honest-stamp@production shop
[ -s shop/alembic.ini ] && [ -s shop/database.sqlite ] && [ -s shop/versions/0001_users.py ]
ends 0 'CREATE TABLE users' capture shop/database.sqlite

if [ -n "$python" ]; then
	export REHEARSE_PYTHON="$python"
	cd shop
	git init --quiet .
	git add .
	git -c user.name=a -c user.email=a@example.org commit --quiet --message=shop
	git branch idea
	cd ..
	ends 0 'wrote shop.yaml' import --engine sqlite --save shop.yaml shop
	ends 0 'as expected' run shop.yaml
	ends 0 'base to heads' audit --engine sqlite --only upgrade shop
	cd shop
	ends 0 'idea' try --engine sqlite idea
	cd ..
	ends 1 'score: ' grade --engine sqlite --state production incident -- sh -c 'exit 1'
fi

rehearse --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p' >commands
while read -r command; do
	case " $done " in
	*" $command "*) ;;
	*) left_out="${left_out-} $command" ;;
	esac
done <commands
echo "commands that work:$done"
[ -z "${left_out-}" ] || echo "not looked at:$left_out"
[ -z "${left_out-}" ] || [ -z "$python" ] || exit 1
