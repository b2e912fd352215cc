import {aliased, flagsWithValue} from './flag-values.ts'
import {type CompletedFlag, type CompletedPath, HELP_WORDS} from './tree.ts'

/** For fish 3 and later. fish itself knows what a flag and its value look like. */
export function fishScript(bin: string, paths: CompletedPath[]): string {
  const lines = paths.flatMap(({path, words, flags}) => {
    const at = `-n ${fishQuoted(`__${bin}_at ${path}`.trim())}`
    return [
      ...words.map(([word, text]) => `complete -c ${bin} ${at} -a ${word}${describing(text)}`),
      ...flags.map(
        (flag) =>
          `complete -c ${bin} ${fishQuoted(`__${bin}_in ${path}`.trim()).replace(/^/, '-n ')} ${toOption(flag)}`,
      ),
    ]
  })
  return `# Completion of ${bin} for fish 3 and later.
${routeFunction(bin, paths)}
function __${bin}_at
  set -l route (__${bin}_route)
  test "$route" = "$argv"
end
function __${bin}_in
  set -l route (__${bin}_route | string replace -r ' ?[+]$' '')
  test "$route" = "$argv"
end
complete -c ${bin} -e
complete -c ${bin} -f
${lines.join('\n')}
complete -c ${bin} -n '__${bin}_at; and contains help (commandline -opc)' -a ${fishQuoted(HELP_WORDS.join(' '))}
`
}

function routeFunction(bin: string, paths: CompletedPath[]): string {
  const known = paths.flatMap(({path}) => (path === '' ? [] : [fishQuoted(path)]))
  return `# The words that lead to the command, then \`+\` when something follows that is none of them.
function __${bin}_route
  set -l at
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch $word
      case --
        echo +
        return
      case ${flagsWithValue(paths)
        .map(({spelling}) => spelling)
        .join(' ')}
        set skip 1
      case '-*'
      case help
        test (count $at) = 0; or echo +
      case '*'
        switch (string join ' ' $at $word)
          case ${known.join(' ')}
            set -a at $word
${aliased(paths)
  .map(({path, aliases}) => `          case ${aliases.map(fishQuoted).join(' ')}\n            set at ${path}`)
  .join('\n')}
          case '*'
            string join ' ' $at +
            return
        end
    end
  end
  string join ' ' $at
end`
}

function toOption({spellings, text, value}: CompletedFlag): string {
  const names = spellings.map((spelling) =>
    spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-s ${spelling.slice(1)}`,
  )
  const argument = Array.isArray(value)
    ? ` -x -a ${fishQuoted(value.join(' '))}`
    : {none: '', any: ' -x', file: ' -r -F'}[value as 'none' | 'any' | 'file']
  return `${names.join(' ')}${argument}${describing(text)}`
}

function describing(text: string): string {
  return text === '' ? '' : ` -d ${fishQuoted(text)}`
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
