# hf: HF_TOKEN by folder. No process is started while folder, rules and HF_ACCOUNT are the same.
function _hf_auth_look
    set -l rules ''
    test -r '@RULES@'; and read -z rules < '@RULES@'
    set -l has_token ''
    test -n "$HF_TOKEN"; and set has_token set
    set -g _hf_auth_now "$PWD|$HF_ACCOUNT|$has_token|$rules"
end
function _hf_auth_hook --on-variable PWD --on-event fish_prompt
    _hf_auth_look
    if test "$_hf_auth_now" != "$_hf_auth_seen"
        '@HF@' auth hook fish --apply | source
        _hf_auth_look
        set -g _hf_auth_seen $_hf_auth_now
    end
end
_hf_auth_hook
