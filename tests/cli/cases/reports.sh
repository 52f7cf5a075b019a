# Reports beside the one on standard output: which there are, where they may go, when they are written.
run run scenarios/fork.yaml --report json:deep/er/run.json --report junit:junit.xml
is_status 0
no_err
has_out '2 cells: 2 as expected'
holds "$(grep -c '"verdict": "works"' deep/er/run.json)" = 1
holds "$(grep -c '<testcase ' junit.xml)" = 2
holds "$(find . -type f ! -path './.rehearse/*' ! -path './scenarios/*' | sort | tr '\n' ' ')" = './deep/er/run.json ./junit.xml '

# As every format has colours or not, a file has none.
run run scenarios/fork.yaml --color always --report text:run.txt
holds "$(grep -c "$(printf '\033')" run.txt)" = 0

# What is wrong is told of all of them at once.
run run --report html5:x --report junit --report json: --report tap:- --report github:x
is_status 2
no_out
is_err <<'END'
error: option '--report' cannot be 'html5:x': no format 'html5'
  hint: Formats of files are text, tap, json, junit, markdown, html; github has no file.

error: option '--report' cannot be 'junit': no file to write it into
  hint: Say which: --report junit:FILE

error: option '--report' cannot be 'json:': no file to write it into
  hint: Say which: --report json:FILE

error: option '--report' cannot be 'tap:-': standard output is no file
  hint: '--format' says what is written there.

error: option '--report' cannot be 'github:x': a report for github has no file

'rehearse help run' lists the options.
END

# What cannot be written is known before anything is played.
ln -s /dev/null link
mkdir folder
run run --report json:link --report tap:folder --report tap:a --report json:./a --report text:/dev/null
is_status 2
no_out
is_err <<'END'
error: cannot write a report to 'link', which is a link
  hint: Name the file itself.

error: cannot write a report to 'folder', which is no file

error: two reports go to 'a'

error: cannot write a report to '/dev/null', which is no file
END
holds -c /dev/null
run run --report junit:scenarios/fork.yaml/x.xml
is_status 3
no_out
if [ "$(id -u)" -ne 0 ]; then
	mkdir closed
	chmod a-w closed
	run run --report junit:closed/x.xml
	is_status 3
	no_out
	has_err "could not write into folder 'closed': Permission denied"
fi

# An older report is not taken for one of a run that came to nothing.
run run scenarios/fork.yaml --filter nothing --report junit:junit.xml
is_status 4
holds ! -e junit.xml

# Mistakes stand in every report, as errors.
printf 'rehearse: 1\ntitel: 50%%\n' >mistaken.yaml
run run mistaken.yaml --format tap --report junit:junit.xml --report markdown:run.md
is_status 2
is_out <<'END'
TAP version 13
# mistaken.yaml:2:1: unknown key 'titel'
Bail out! 1 mistake, nothing was played
END
holds "$(grep -c "<error type=\"mistake\" message=\"unknown key 'titel'\">" junit.xml)" = 1
holds "$(head -n 1 run.md)" = '### ✗ Rehearse: 1 mistake, nothing was played'
run check mistaken.yaml --format json
is_status 2
has_out '{"file": "mistaken.yaml", "line": 2, "column": 1, "message": "unknown key '"'titel'"'"'
run check scenarios --format json
is_status 0
has_out '"mistakes": ['
run check mistaken.yaml --format github
is_out <<'END'
::error file=mistaken.yaml,line=2,col=1,title=mistake in a scenario::unknown key 'titel'%0ADid you mean 'title'?
END

# A run that was stopped is red everywhere, though each of its cells may be green.
sed -i 's/error: Multiple head/error: Many head/' scenarios/fork.yaml
run run --fail-fast --format tap --report junit:junit.xml --report json:run.json --report markdown:run.md
is_status 1
has_out 'Bail out! 4 cells were not played'
holds "$(grep -c 'message="4 cells were not played"' junit.xml)" = 1
holds "$(grep -c '"not_played": 4' run.json)" = 1
holds "$(grep -c ', 4 not played' run.md)" = 1

# In GitHub Actions annotations come by themselves, with paths of the repository, and the step has a summary.
export GITHUB_ACTIONS=true GITHUB_WORKSPACE="$folder" GITHUB_STEP_SUMMARY="$folder/summary"
echo before >"$folder/summary"
run run scenarios/fork.yaml
is_status 1
has_err '::error file=work/scenarios/fork.yaml,line='
has_err ',title=fork/head@fresh%3Asqlite::fails at step 1; claimed: fails at step 1 with '
holds "$(sed -n 1,2p "$folder/summary" | tr '\n' '|')" = 'before|### ✗ Rehearse: 1 of 2 cells not as expected|'
head -c 1048000 /dev/zero | tr '\0' x >"$folder/summary"
run run scenarios/fork.yaml
has_err 'warning: the summary of this step has no room for a report'
holds "$(wc -c <"$folder/summary")" -eq 1048000

# Of many cells that differ GitHub shows ten annotations.
{
	printf 'rehearse: 1\nengines: [sqlite]\nrevisions: [{revision: a1, down_revision: null}]\noutcomes: {s1@fresh: works}\nstrategies:\n'
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		printf '  s%s: {steps: [{upgrade: nowhere}]}\n' $i
	done
} >many.yaml
run run many.yaml
holds "$(grep -c '^::error' "$folder/err")" = 10
has_err '::error title=rehearse::3 more, which GitHub would not show here: see the log'
unset GITHUB_ACTIONS GITHUB_WORKSPACE GITHUB_STEP_SUMMARY

# A comment has a limit, however much there is to say.
{
	printf 'rehearse: 1\nengines: [sqlite]\nrevisions: [{revision: a1, down_revision: null}]\noutcomes: {a-strategy-with-a-long-name-1@fresh: works}\nstrategies:\n'
	i=0
	while [ $i -lt 900 ]; do
		printf '  a-strategy-with-a-long-name-%s: {steps: [{upgrade: nowhere}]}\n' $i
		i=$((i + 1))
	done
} >many.yaml
run run many.yaml --report markdown:run.md
is_status 1
holds "$(wc -c <run.md)" -le 65536
holds "$(wc -c <run.md)" -gt 60000
holds "$(tail -n 1 run.md | sed 's/[0-9][0-9]*/N/g')" = 'N more matrix and the details of N more cells did not fit here.'
