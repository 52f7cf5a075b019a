#compdef rehearse
# Completion of rehearse for zsh: as a file "_rehearse" in a folder of $fpath, or `source <(rehearse completions zsh)`
# behind compinit. The program itself says what may stand there.
_rehearse() {
	local line word meaning
	local -a offered shown open open_shown from_shell
	for line in "${(@f)$(${(Q)words[1]} completions words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
		word=${line%%$'\t'*} meaning=${line#*$'\t'}
		case $word in
		'') ;;
		:files | :folders)
			[[ $line == *$'\t'* ]] || meaning=
			from_shell=("${word#:}" "$meaning")
			;;
		*[:=/])
			open+=("$word") open_shown+=("$word${meaning:+  -- $meaning}")
			;;
		*)
			offered+=("$word") shown+=("$word${meaning:+  -- $meaning}")
			;;
		esac
	done
	((!$#offered)) || compadd -l -d shown -a offered
	((!$#open)) || compadd -l -S '' -d open_shown -a open
	if (($#from_shell)); then
		[[ -z $from_shell[2] ]] || compset -P "${(b)from_shell[2]}"
		if [[ $from_shell[1] == folders ]]; then _files -/; else _files; fi
	fi
	return 0
}
if [[ ${funcstack[1]} == _rehearse ]]; then
	_rehearse "$@"
else
	compdef _rehearse rehearse
fi
