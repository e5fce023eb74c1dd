# Completion of the ub programs for bash. Options and their words come from the
# program's own --help, so that they are always those of the version at hand.

# "--name argument" of every option; argument may be missing.
_ub_options()
{
	"$1" --help 2>/dev/null | awk '
	/^ +(-., )?--/ {
		sub(/^ +(-., )?/, "")
		if (match($0, /  +/))
			$0 = substr($0, 1, RSTART - 1)
		print
	}'
}

_ub_commands()
{
	"$1" --help 2>/dev/null | awk '
	/^[^ ]/ { on = $0 == "Commands:" }
	on && /^  / { print $1 }'
}

_ub_sets()
{
	ub-backup list 2>/dev/null | awk '{ print $1 }'
	echo latest
}

# What may stand at the cursor, which is behind the words before it.
_ub_operands()
{
	case "${1##*/} $2" in
	"ub-backup "* | "ub-migrate ")
		_ub_commands "$1"
		;;
	"ub-migrate deploy")
		_ub_sets
		;;
	"ub-migrate "*) ;;
	*)
		_ub_sets
		;;
	esac
}

# Names of migrations.
_ub_migrations()
{
	ub-migrate status -v 2>/dev/null | awk '$2 !~ /^\(/ { print $2 }'
}

_ub()
{
	local cur prev options arg verb=

	[ "$COMP_CWORD" -lt 2 ] || [[ ${COMP_WORDS[1]} == -* ]] ||
	    verb=${COMP_WORDS[1]}
	cur=${COMP_WORDS[COMP_CWORD]}
	prev=${COMP_WORDS[COMP_CWORD - 1]}
	options=$(_ub_options "$1")
	COMPREPLY=()
	if [[ $prev == -C ]]; then
		arg=DIR
	elif [[ $prev == --* ]]; then
		arg=$(awk -v o="$prev" '$1 == o { print $2 }' <<<"$options")
	fi
	case $arg in
	'')
		if [[ $cur == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W \
			    "$(awk '{ print $1 }' <<<"$options")" -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W \
			    "$(_ub_operands "$1" "$verb")" -- "$cur")
			[[ ${1##*/} == ub-backup ]] ||
			    compopt -o default 2>/dev/null
		fi
		;;
	DIR) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	NAME)
		[[ ${1##*/} != ub-migrate ]] || mapfile -t COMPREPLY < <(
		    compgen -W "$(_ub_migrations)" -- "$cur")
		;;
	SET) mapfile -t COMPREPLY < <(compgen -W "$(_ub_sets)" -- "$cur") ;;
	FILE*) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	KIND*)
		mapfile -t COMPREPLY < <(compgen -W \
		    "db files config container" -- "$cur")
		;;
	*\|*)
		mapfile -t COMPREPLY < <(compgen -W "${arg//|/ }" -- "$cur")
		;;
	esac
}

complete -F _ub ub-backup ub-verify ub-restore ub-migrate
