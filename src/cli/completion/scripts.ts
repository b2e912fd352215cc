/**
 * The completion scripts, by shell. Each script passes the words before the cursor and the word at
 * the cursor to `tokenry __complete`, without quotes, and shows the lines that it prints: see
 * print-candidates.ts.
 */
export const SCRIPTS = {
  /**
   * For bash 3.2, which macOS has, and later: no mapfile, and compopt only if it exists. The words
   * that bash passes include redirections. bash splits words at `=`, `:` and `@`, and replaces only
   * `$2`, the part after the last of these.
   */
  bash: `# Completion of tokenry for bash 3.2 and later
_tokenry() {
  local words=() n=0 skip='' glue='' word cur=\${COMP_WORDS[COMP_CWORD]} start='' line=:0
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    word=\${word//[\\"\\'\\\\]/}
    if [[ $word = [\\<\\>]* ]]; then
      skip=1; if ((n)) && [[ \${words[n-1]} = [0-9] ]]; then n=$((n-1)); fi
    elif [[ $skip ]]; then skip=''
    elif ((n)) && [[ $word = [=:@]* || $word && $glue ]]; then words[n-1]+=$word
    else words[n]=$word n=$((n+1)); fi
    if [[ $word = *[=:@] ]]; then glue=1; else glue=''; fi
  done
  if [[ $cur != [\\<\\>]* && \${COMP_WORDS[COMP_CWORD-1]} != *[\\<\\>] ]]; then
    line=$(tokenry __complete -- "\${words[@]:0:n}" 2>/dev/null)
    start=\${words[n-1]%"\${2//[\\"\\'\\\\]/}"}
  fi
  local IFS=$'\\n'
  COMPREPLY=()
  while read -r line; do
    case $line in
      '' | :4) ;;
      :0) compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$2")) ;;
      *) line=\${line%%$'\\t'*} line=\${line#"$start"}
        if [[ $cur != [\\"\\']* ]]; then printf -v line %q "$line"; fi
        COMPREPLY[\${#COMPREPLY[@]}]=$line ;;
    esac
  done <<< "$line"
}
complete -F _tokenry tokenry
`,

  /** For zsh 5, sourced, or as a file `_tokenry` in a folder of $fpath. */
  zsh: `#compdef tokenry
# Completion of tokenry for zsh 5 and later
_tokenry() {
  local -a lines offered
  local line word
  lines=("\${(@f)$(tokenry __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  if [[ $lines[-1] = :0 ]]; then
    if [[ $PREFIX = -*=* ]]; then compset -P 1 '*='; fi
    _files
    return
  fi
  for line in "\${(@)lines[1,-2]}"; do
    word=\${line%%$'\\t'*}
    offered+=("\${\${word//\\\\/\\\\\\\\}//:/\\\\:}\${\${line#"$word"}/$'\\t'/:}")
  done
  if (( $#offered )); then _describe value offered; fi
}
if [[ $funcstack[1] = _tokenry ]]; then
  _tokenry "$@"
else
  compdef _tokenry tokenry
fi
`,

  /** For fish 3. fish reads the lines as they are printed. */
  fish: `# Completion of tokenry for fish 3 and later
function __tokenry_complete
  set -l current (commandline -ct | string replace -ar '["\\'\\\\\\\\]' '')
  set -l lines (tokenry __complete -- (commandline -opc)[2..-1] "$current" 2>/dev/null)
  if test "$lines[-1]" = :0
    set -l start (string match -r '^-[^=]*=' -- "$current")
    __fish_complete_path (string replace -- "$start" '' "$current") | string replace -r '^' -- "$start"
  else if set -q lines[2]
    printf '%s\\n' $lines[1..-2]
  end
end
complete -c tokenry -e
complete -c tokenry -f -a '(__tokenry_complete)'
`,

  /**
   * For PowerShell 5 and later. Without a candidate, even an empty one, PowerShell completes files.
   * Before version 7.3 it does not pass an empty argument to a program, so the script passes `""`
   * instead of an empty word.
   */
  powershell: `# Completion of tokenry for PowerShell
Register-ArgumentCompleter -Native -CommandName tokenry -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { "$_" -replace '["'']' })
  $current = if ($wordToComplete) { $wordToComplete -replace '["'']' } else { '""' }
  $lines = @(tokenry __complete '--' @before $current 2>$null)
  if ($lines.Count -gt 0 -and $lines[-1] -eq ':0') { return }
  if ($lines.Count -lt 2) { return '' }
  $lines | Select-Object -SkipLast 1 | ForEach-Object {
    $text, $description = $_ -split "\`t", 2
    $word = if ($text -match '[^\\w=:@.-]') { "'" + ($text -replace "'", "''") + "'" } else { $text }
    [System.Management.Automation.CompletionResult]::new($word, $text, 'ParameterValue', $(if ($description) { $description } else { $text }))
  }
}
`,
}

export type Shell = keyof typeof SCRIPTS
