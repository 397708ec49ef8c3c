# hf: HF_TOKEN by folder. No process is started while folder, rules and HF_ACCOUNT are the same.
_hf_auth_look() {
  local rules=
  { IFS= read -r -d '' rules < '@RULES@'; } 2>/dev/null || :
  _hf_auth_now=$PWD$'\n'${HF_ACCOUNT-}$'\n'${HF_TOKEN:+set}$'\n'$rules
}
_hf_auth_hook() {
  local status=$?
  _hf_auth_look
  if [ "$_hf_auth_now" != "${_hf_auth_seen-}" ]; then
    eval "$('@HF@' auth hook bash --apply)" || :
    _hf_auth_look
    _hf_auth_seen=$_hf_auth_now
  fi
  return "$status"
}
case "${PROMPT_COMMAND-}" in
  *_hf_auth_hook*) ;;
  *) PROMPT_COMMAND="_hf_auth_hook${PROMPT_COMMAND:+;$PROMPT_COMMAND}" ;;
esac
_hf_auth_hook || :
