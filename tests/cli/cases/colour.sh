# Colour is for terminals, and for those who ask.
escape=$(printf '\033')
run run
lacks_out "$escape"
run run --color auto
lacks_out "$escape"
run run --color always
has_out "$escape[32m✓ works$escape[0m"
NO_COLOR=1 run run --color always
has_out "$escape"
run run --color never
lacks_out "$escape"
run run --color always nowhere
has_err "$escape"

# On a terminal, unless NO_COLOR is set to something.
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then # some containers have no terminals to give
	TERM=xterm script -qec "'$program' run" /dev/null >"$folder/out" </dev/null
	shown='rehearse run, on a terminal'
	has_out "$escape[32m"
	TERM=xterm NO_COLOR=1 script -qec "'$program' run" /dev/null >"$folder/out" </dev/null
	shown='NO_COLOR=1 rehearse run, on a terminal'
	lacks_out "$escape[32m"
fi
