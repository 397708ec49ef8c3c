# hf: HF_TOKEN by folder. No process is started while folder, rules and HF_ACCOUNT are the same.
function global:_HfAuthLook {
    $rules = ''
    if ([IO.File]::Exists('@RULES@')) { $rules = [IO.File]::ReadAllText('@RULES@') }
    "$($PWD.ProviderPath)|$env:HF_ACCOUNT|$([bool]$env:HF_TOKEN)|$rules"
}
function global:_HfAuthHook {
    if ((_HfAuthLook) -ne $global:_HfAuthSeen) {
        & '@HF@' auth hook powershell --apply | Out-String | ForEach-Object { if ($_.Trim()) { Invoke-Expression $_ } }
        $global:_HfAuthSeen = _HfAuthLook
    }
}
if (-not $global:_HfAuthPrompt) {
    $global:_HfAuthPrompt = $function:prompt
    function global:prompt { _HfAuthHook; & $global:_HfAuthPrompt }
}
_HfAuthHook
