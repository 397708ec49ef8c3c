# hf: HF_TOKEN by folder. No process is started while folder, rules and HF_ACCOUNT are the same.
_hf_auth_look() {
  emulate -L zsh
  local rules=
  { IFS= read -r -d '' rules < '@RULES@' } 2>/dev/null || :
  typeset -g _hf_auth_now=$PWD$'\n'${HF_ACCOUNT-}$'\n'${HF_TOKEN:+set}$'\n'$rules
}
_hf_auth_hook() {
  _hf_auth_look
  if [[ $_hf_auth_now != ${_hf_auth_seen-} ]]; then
    eval "$('@HF@' auth hook zsh --apply)" || :
    _hf_auth_look
    typeset -g _hf_auth_seen=$_hf_auth_now
  fi
}
autoload -Uz add-zsh-hook
add-zsh-hook precmd _hf_auth_hook
add-zsh-hook chpwd _hf_auth_hook
_hf_auth_hook
