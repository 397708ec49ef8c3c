# PowerShell completion for hf: asks `hf` itself what can stand at the cursor.
Register-ArgumentCompleter -Native -CommandName hf -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $length = [Math]::Max(0, $cursorPosition - $commandAst.Extent.StartOffset)
    $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition }).Count
    $kept = @($env:_HF_COMPLETE, $env:COMP_WORDS, $env:COMP_CWORD)
    try {
        $env:_HF_COMPLETE, $env:COMP_WORDS, $env:COMP_CWORD = 'powershell_complete', $line, "$before"
        $answer = @(& hf 2>$null)
    } finally {
        $env:_HF_COMPLETE, $env:COMP_WORDS, $env:COMP_CWORD = $kept
    }

    for ($i = 0; $i + 2 -lt $answer.Count; $i += 3) {
        $kind, $value, $help = $answer[$i..($i + 2)]
        if ($kind -eq 'plain') {
            $tip = if ($help -and $help -ne '_') { $help } else { $value }
            $text = $value
            if ($value -notmatch '^[\w./:=-]+$') {
                $text = "'" + ($value -replace "(['\u2018-\u201B])", '$1$1') + "'"
            }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $tip)
        } else {
            Get-ChildItem -Path "$wordToComplete*" -Directory:($kind -eq 'dir') -ErrorAction SilentlyContinue |
                ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_.FullName, $_.Name, 'ProviderItem', $_.FullName)
                }
        }
    }
}
