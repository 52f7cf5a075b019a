# Standard output that does not take what is written.
if [ -w /dev/full ]; then
	status=0
	shown='rehearse run >/dev/full'
	"$program" run >/dev/full 2>"$folder/err" || status=$?
	is_status 3
	has_err 'could not write to standard output: No space left on device'
fi

# A reader that goes away ends the program quietly.
shown='rehearse schema | true'
{
	"$program" schema 2>"$folder/err"
	echo $? >"$folder/status"
} | true
no_err
status=$(cat "$folder/status")
[ "$status" -eq 0 ] || is_status 141 # it may have written all before the reader was gone

shown='rehearse run >&-'
status=0
"$program" run >&- 2>"$folder/err" || status=$?
is_status 3
has_err 'could not write to standard output'

# Who answers lines without an end stops when nobody reads the answers.
shown="yes '{}' | rehearse plan --jsonl | head -n 1"
yes '{}' | {
	timeout --preserve-status 60 "$program" plan --jsonl 2>"$folder/err"
	echo $? >"$folder/status"
} | head -n 1 >"$folder/out"
status=$(cat "$folder/status")
is_status 141
no_err
has_out '"ok"'
