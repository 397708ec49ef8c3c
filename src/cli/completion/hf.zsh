#compdef hf
# zsh completion for hf: asks `hf` itself what can stand at the cursor; zsh compares and quotes.

_hf_completion() {
    local kind value help typed
    local -a answer plain described

    # Only what decides which kind of thing is meant, so that zsh's own ways of matching apply to the rest.
    case $PREFIX in
        --*=*) typed="${PREFIX%%=*}=" ;;
        -*) typed=- ;;
    esac
    answer=("${(@f)$(_HF_COMPLETE=zsh_complete COMP_WORDS="${words[1,CURRENT-1]} $typed" \
        COMP_CWORD=$((CURRENT - 1)) ${(Q)words[1]} 2>/dev/null </dev/null)}")
    [[ $typed == *= ]] && compset -P '*='

    for kind value help in "${answer[@]}"; do
        [[ $typed == *= ]] && value="${value#*=}"
        case $kind in
            plain)
                if [[ $help == _ ]]; then
                    plain+=("$value")
                else
                    described+=("${value//:/\\:}:$help")
                fi
                ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    (( $#described )) && _describe -V hf described
    (( $#plain )) && compadd -V names -a plain
    return 0
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _hf_completion "$@"
else
    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i -D }
    compdef _hf_completion hf
fi
