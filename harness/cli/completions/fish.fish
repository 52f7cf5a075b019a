# Completion of rehearse for fish: as a file "rehearse.fish" in a folder of $fish_complete_path, or
# `rehearse completions fish | source`. The program itself says what may stand there.
function __rehearse_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l typed $words[-1]
    for line in ($words[1] completions words -- $words[2..-1] 2>/dev/null)
        set -l parts (string split -m 1 \t -- $line)
        switch $parts[1]
            case :files
                set -l kept "$parts[2]"
                string replace -r '^' -- $kept (__fish_complete_path (string replace -- "$kept" '' $typed))
            case :folders
                __fish_complete_directories $typed ''
            case '*'
                echo $line
        end
    end
end
complete -c rehearse -f -a '(__rehearse_complete)'
