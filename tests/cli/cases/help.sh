# Help is printed from the tables of commands and options.
run --help
is_status 0
no_err
has_out 'Usage: rehearse COMMAND'
has_out '  run       '
has_out '  accept    '
has_out '  130  interrupted'
cp "$folder/out" "$folder/help"

run -h
is_out <"$folder/help"
run help
is_out <"$folder/help"

run run --help
is_status 0
has_out 'Usage: rehearse run [OPTION...] [PATH...]'
has_out '--shard I/N'
has_out '-j, --jobs N'
cp "$folder/out" "$folder/help"
run help run
is_out <"$folder/help"
run run -h --filter '(' # help wins, but not over a mistake
is_status 2

for command in run accept check list locate import new schema; do
	run help "$command"
	is_status 0
	wide=$(awk 'length($0) > 80' "$folder/out")
	holds -z "$wide"
done

run help nothing
is_status 2
has_err "unknown command 'nothing'"

run
is_status 2
no_out
has_err 'Usage: rehearse COMMAND'

run --version
is_status 0
has_out 'rehearse '
has_out 'sqlite 3.'
has_out 'pcre2 10.'
has_out 'libyaml 0.'
has_out 'jansson 2.'
has_out 'libgit2 '
has_out 'libzstd '
has_out 'libedit '
