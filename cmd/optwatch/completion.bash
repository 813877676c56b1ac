# bash completion for optwatch; source it, or put it where bash-completion looks.

_optwatch() {
	local rest=${COMP_LINE:0:COMP_POINT} blanks piece word flag kept out directive line
	local -a words=()

	# The words as the program gets them: bash breaks them at : and = too.
	while [[ -n $rest ]]; do
		blanks=${rest%%[![:blank:]]*}
		rest=${rest#"$blanks"}
		word=
		while [[ -n $rest && $rest != [[:blank:]]* ]]; do
			case $rest in
			\\?*) piece=${rest:0:2} word+=${rest:1:1} ;;
			\'*\'* | \"*\"*)
				piece=${rest:1}
				piece=${piece%%"${rest:0:1}"*}
				word+=$piece piece=${rest:0:1}$piece${rest:0:1}
				;;
			\'* | \"*) piece=$rest word+=${rest:1} ;;
			*) piece=${rest:0:1} word+=$piece ;;
			esac
			rest=${rest#"$piece"}
		done
		[[ -n $word || -n $rest ]] && words+=("$word")
		[[ -z ${rest//[[:blank:]]/} && -n $rest ]] && words+=("") && break
	done

	out=$("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null) || return
	directive=${out##*:}
	out=${out%:*}
	word=${words[-1]}
	[[ $word == -*=* ]] && word=${word#*=} # the program answers with values alone

	# What bash keeps of the word, as it replaces only what is after a break.
	kept=
	[[ $COMP_WORDBREAKS == *[:=]* && $word == *[:=]* ]] && kept=${word%"${word##*[:=]}"}
	case ${COMP_WORDS[COMP_CWORD]} in \'* | \"*) kept= ;; esac

	((directive & 2)) && compopt -o nospace
	((directive & 4)) && compopt +o default
	if ((directive & 16)); then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
	fi
	COMPREPLY=()
	while IFS= read -r line; do
		[[ -n $line && $line != _activeHelp_* ]] && COMPREPLY+=("${line#"$kept"}")
	done <<<"$out"

	# What a word is stands beside it in a list, but not in a word.
	if ((${#COMPREPLY[@]} == 1)) || [[ $COMP_TYPE != 63 ]]; then
		COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
		return
	fi
	local longest=0 text
	for line in "${COMPREPLY[@]}"; do
		text=${line%%$'\t'*}
		((${#text} > longest)) && longest=${#text}
	done
	for flag in "${!COMPREPLY[@]}"; do
		line=${COMPREPLY[flag]} text=${COMPREPLY[flag]%%$'\t'*}
		[[ $line == *$'\t'* ]] || continue
		printf -v line '%-*s  (%s)' "$longest" "$text" "${line#*$'\t'}"
		COMPREPLY[flag]=${line:0:COLUMNS-2}
	done
}

complete -o default -F _optwatch optwatch
