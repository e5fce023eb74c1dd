# Completion of the ub programs for fish. Options and their words come from the
# program's own --help, so that they are always those of the version at hand.

# "letter TAB name TAB argument TAB help" of every option.
function __ub_options
    $argv[1] --help 2>/dev/null | awk '
    function flush() {
        if (name != "")
            print letter "\t" name "\t" arg "\t" help
        name = ""
    }
    /^ +(-., )?--/ {
        flush()
        letter = arg = help = ""
        sub(/^ +/, "")
        if ($0 ~ /^-., /) {
            letter = substr($0, 2, 1)
            $0 = substr($0, 5)
        }
        left = $0
        if (match($0, /  +/)) {
            left = substr($0, 1, RSTART - 1)
            help = substr($0, RSTART + RLENGTH)
        }
        split(left, part, " ")
        name = substr(part[1], 3)
        arg = part[2]
        next
    }
    name != "" && help == "" && /^ +/ {
        sub(/^ +/, "")
        help = $0
    }
    !/^ / { flush() }
    END { flush() }'
end

function __ub_commands
    $argv[1] --help 2>/dev/null | awk '
    /^[^ ]/ { on = $0 == "Commands:" }
    on && /^  / { word = $1; $1 = ""; sub(/^ /, ""); print word "\t" $0 }'
end

function __ub_sets
    ub-backup list 2>/dev/null | awk '{ print $1 "\t" $4 " " $5 }'
    printf 'latest\tthe newest set\n'
end

function __ub_complete --argument-names prog
    __ub_options $prog | while read -l -d \t letter name arg help
        set -l flags -c $prog -l $name -d "$help"
        test -n "$letter"; and set -a flags -s $letter
        switch "$arg"
            case ''
            case DIR
                set -a flags -x -a '(__fish_complete_directories)'
            case 'FILE*'
                set -a flags -r -F
            case 'KIND*'
                set -a flags -x -a 'db files config container'
            case '*|*'
                set -a flags -x -a (string replace -a '|' ' ' -- $arg)
            case '*'
                set -a flags -x
        end
        complete $flags
    end
end

for prog in ub-backup ub-verify ub-restore ub-migrate
    type -q $prog; and __ub_complete $prog
end
complete -c ub-backup -f -a '(__ub_commands ub-backup)'
complete -c ub-verify -a '(__ub_sets)'
complete -c ub-restore -a '(__ub_sets)'
complete -c ub-migrate -n __fish_use_subcommand -f -a '(__ub_commands ub-migrate)'
complete -c ub-migrate -n '__fish_seen_subcommand_from deploy' -a '(__ub_sets)'
