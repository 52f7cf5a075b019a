# Completion of rehearse for bash: `eval "$(rehearse completions bash)"`, or as a file "rehearse" in a folder
# "bash-completion/completions" of the data folders. The program itself says what may stand there.
_rehearse() {
	local line=${COMP_LINE:0:COMP_POINT} words word meaning kept i
	# Not COMP_WORDS: those are cut at the colons and signs that names of cells are full of.
	read -ra words <<<"$line"
	case $line in *[[:space:]]) words+=("") ;; esac
	local typed=${words[${#words[@]} - 1]} before
	# Readline puts what is chosen behind the last sign at which it cut.
	kept=$typed
	for ((i = 0; i < ${#COMP_WORDBREAKS}; i++)); do
		kept=${kept##*"${COMP_WORDBREAKS:i:1}"}
	done
	before=${typed%"$kept"}
	before=${before%@} # which it leaves in front of the word, as for names of hosts
	COMPREPLY=()
	while IFS=$'\t' read -r word meaning; do
		case $word in
		:files | :folders)
			local only=-f
			[[ $word == :files ]] || only=-d
			while IFS= read -r word; do
				compopt -o filenames
				COMPREPLY+=("$word")
			done < <(compgen "$only" -- "${typed#"$meaning"}")
			;;
		*)
			[[ $word != *[:=/] ]] || compopt -o nospace
			COMPREPLY+=("${word#"$before"}")
			;;
		esac
	done < <("${words[0]}" completions words -- "${words[@]:1}" 2>/dev/null)
}
complete -F _rehearse rehearse
