# bash completion for hf: asks `hf` itself what can stand at the cursor.
_hf_completion() {
    local kind value
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
        esac
    done < <(
        IFS=$'\n'
        exec env _HF_COMPLETE=bash_complete COMP_LINE="${COMP_LINE:0:COMP_POINT}" \
            COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" COMP_WORDBREAKS="$COMP_WORDBREAKS" \
            "$1" 2>/dev/null </dev/null
    )
}

complete -o nosort -F _hf_completion hf 2>/dev/null || complete -F _hf_completion hf
