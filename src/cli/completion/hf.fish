# fish completion for hf: asks `hf` itself what can stand at the cursor; fish compares and quotes.
function _hf_completion
    set -l word (commandline -ct)
    set -l answer (_HF_COMPLETE=fish_complete COMP_WORDS=(commandline -cp | string collect) COMP_CWORD="$word" command hf 2>/dev/null </dev/null)
    for line in $answer
        set -l parts (string split -m 1 , -- $line)
        switch $parts[1]
            case dir
                __fish_complete_directories $word
            case file
                __fish_complete_path $word
            case plain
                echo $parts[2]
        end
    end
end

complete --command hf --no-files --arguments '(_hf_completion)'
