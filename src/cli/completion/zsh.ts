import {aliased, type FixedValues, fixedValues, flagsWithValue, quoted} from './flag-values.ts'
import {type CompletedPath, HELP_WORDS} from './tree.ts'

/** For zsh 5, sourced or as a file `_tokenry` in a folder of $fpath. */
export function zshScript(bin: string, paths: CompletedPath[]): string {
  const valued = flagsWithValue(paths)
  const files = valued.filter(({value}) => value === 'file').map(({spelling}) => spelling)
  return `#compdef ${bin}
# Completion of ${bin} for zsh 5 and later.
_${bin}() {
  local at='' flag='' help='' done='' word
  local -a offered
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $flag ]]; then flag=''; continue; fi
    case $word in
      (--) return 1 ;;
      (${valued.map(({spelling}) => spelling).join('|')}) flag=$word ;;
      (-*) ;;
      (*)
        if [[ -n $done ]]; then continue; fi
        if [[ -z $at && $word = help ]]; then help=1; continue; fi
        case "\${at:+$at }$word" in
          (${paths.flatMap(({path}) => (path === '' ? [] : [quoted(path)])).join('|')}) at="\${at:+$at }$word" ;;
${aliased(paths)
  .map(({path, aliases}) => `          (${aliases.map(quoted).join('|')}) at=${quoted(path)} ;;`)
  .join('\n')}
          (*) done=1 ;;
        esac ;;
    esac
  done
  if [[ -z $flag && $PREFIX = --*=* ]]; then
    flag=\${PREFIX%%=*}
    compset -P 1 '*='
  fi
  case $flag in
    ('')
      if [[ $PREFIX = -* ]]; then
        case $at in
${paths.map(({path, flags}) => `          (${quoted(path)}) offered=(${flags.flatMap(({spellings, text}) => spellings.map((word) => described(word, text))).join(' ')}) ;;`).join('\n')}
        esac
        _describe -o flag offered
        return
      fi
      if [[ -n $done ]]; then return 1; fi
      case $at in
${paths.map(({path, words}) => `        (${quoted(path)}) offered=(${words.map(([word, text]) => described(word, text)).join(' ')}) ;;`).join('\n')}
      esac
      if [[ -n $help && -z $at ]]; then offered+=(${HELP_WORDS.map(quoted).join(' ')}); fi
      (( $#offered )) && _describe command offered ;;
${fixedValues(paths)
  .map((flag) => `    (${flag.spelling}) ${offering(flag)}; compadd -a -- offered ;;`)
  .join('\n')}
    (${files.join('|')}) _files ;;
    (*) _message value ;;
  esac
}
if [[ $funcstack[1] = _${bin} ]]; then
  _${bin} "$@"
else
  compdef _${bin} ${bin}
fi
`
}

/** An entry of _describe: a colon ends the word. */
function described(word: string, text: string): string {
  return quoted(text === '' ? word : `${word.replaceAll(':', '\\:')}:${text}`)
}

function offering({choices}: FixedValues): string {
  const cases = choices.map(({at, words}) => {
    const set = `offered=(${words.map(quoted).join(' ')})`
    return at ? `(${at.map(quoted).join('|')}) ${set} ;;` : set
  })
  return choices.some(({at}) => at) ? `case $at in ${cases.join(' ')} esac` : cases.join('')
}
