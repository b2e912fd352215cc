import {type FixedValues, fixedValues, flagsWithValue} from './flag-values.ts'
import {type CompletedPath, HELP_WORDS} from './tree.ts'

/** For PowerShell 5 and later. Untested: see the README. */
export function powershellScript(bin: string, paths: CompletedPath[]): string {
  return `# Completion of ${bin} for PowerShell.
Register-ArgumentCompleter -Native -CommandName ${bin} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${paths.map(({path, words}) => `    ${psQuoted(path)} = @(${words.map(([word]) => psQuoted(word)).join(', ')})`).join('\n')}
  }
  $aliases = @{
${paths.flatMap(({path, aliases}) => aliases.map((alias) => `    ${psQuoted(alias)} = ${psQuoted(path)}`)).join('\n')}
  }
  $flags = @{
${paths.map(({path, flags}) => `    ${psQuoted(path)} = @(${flags.flatMap(({spellings}) => spellings.map(psQuoted)).join(', ')})`).join('\n')}
  }
  $values = New-Object System.Collections.Hashtable ([StringComparer]::Ordinal)
${flagsWithValue(paths)
  .map(({spelling}) => `  $values[${psQuoted(spelling)}] = @{}`)
  .join('\n')}
${fixedValues(paths).flatMap(assignments).join('\n')}
  $at = ''; $flag = ''; $help = $false; $done = $false
  foreach ($element in ($commandAst.CommandElements | Select-Object -Skip 1)) {
    if ($element.Extent.EndOffset -ge $cursorPosition) { break }
    $word = $element.ToString()
    if ($flag) { $flag = ''; continue }
    if ($values.ContainsKey($word)) { $flag = $word; continue }
    if ($word.StartsWith('-')) { continue }
    if (-not $at -and $word -eq 'help') { $help = $true; continue }
    $next = ($at + ' ' + $word).Trim()
    if ($aliases.ContainsKey($next)) { $next = $aliases[$next] }
    if (-not $done -and $words.ContainsKey($next)) { $at = $next } else { $done = $true }
  }
  $offered = @()
  if ($flag) { $offered = @('*', $at | ForEach-Object { $values[$flag][$_] } | Where-Object { $_ }) }
  elseif ($wordToComplete.StartsWith('-')) { $offered = $flags[$at] }
  elseif (-not $done) {
    $offered = $words[$at]
    if ($help -and -not $at) { $offered += @(${HELP_WORDS.map(psQuoted).join(', ')}) }
  }
  $offered | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`
}

function psQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** By path, `*` for all of them. */
function assignments({spelling, choices}: FixedValues): string[] {
  return choices.flatMap(({at = ['*'], words}) => {
    const list = `@(${words.map(psQuoted).join(', ')})`
    return at.map((path) => `  $values[${psQuoted(spelling)}][${psQuoted(path)}] = ${list}`)
  })
}
