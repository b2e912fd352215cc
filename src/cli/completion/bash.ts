import {aliased, type FixedValues, fixedValues, flagsWithValue, quoted} from './flag-values.ts'
import {type CompletedPath, HELP_WORDS} from './tree.ts'

/** As readline parts them off, without the number before them. Those with & or | begin a command for it, and it completes files itself. */
const REDIRECTIONS = "'<'|'>'|'>>'|'<>'|'<<<'"

/** For bash from 3.2 on, which macOS has: no associative arrays, no mapfile, compopt only where it is. */
export function bashScript(bin: string, paths: CompletedPath[]): string {
  const valued = flagsWithValue(paths)
  const files = valued.filter(({value}) => value === 'file').map(({spelling}) => spelling)
  return `# Completion of ${bin} for bash 3.2 and later.
_${bin}_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$1"))
}
_${bin}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' flag='' help='' done='' prefix='' target='' ended='' word i offered=''
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = '=' ]; then continue; fi
    case $word in ${REDIRECTIONS}) target=1; continue ;; esac
    if [ -n "$target" ]; then target=''; continue; fi
    if [ -n "$flag" ]; then flag=''; continue; fi
    if [ -n "$ended" ]; then continue; fi
    case $word\${COMP_WORDS[i+1]} in [0-9][\\<\\>]*) continue ;; esac
    case $word in
      --) ended=1 ;;
      ${valued.map(({spelling}) => spelling).join('|')}) flag=$word ;;
      -*) if [ "\${COMP_WORDS[i+1]}" = '=' ]; then flag=$word; fi ;;
      *)
        if [ -n "$done" ]; then continue; fi
        if [ -z "$at" ] && [ "$word" = help ]; then help=1; continue; fi
        case "\${at:+$at }$word" in
          ${paths.flatMap(({path}) => (path === '' ? [] : [quoted(path)])).join('|')}) at="\${at:+$at }$word" ;;
${aliased(paths)
  .map(({path, aliases}) => `          ${aliases.map(quoted).join('|')}) at=${quoted(path)} ;;`)
  .join('\n')}
          *) done=1 ;;
        esac ;;
    esac
  done
  case $cur in '=') cur='' ;; ${REDIRECTIONS}) cur='' target=1 ;; esac
  if [ -n "$target" ]; then _${bin}_files "$cur"; return; fi
  if [ -n "$ended" ]; then return; fi
  case $cur in --*=*) if [ -z "$flag" ]; then flag=\${cur%%=*} prefix=$flag= cur=\${cur#*=}; fi ;; esac
  case $flag in
    '')
      case $cur in
        -*)
          case $at in
${paths.map(({path, flags}) => `            ${quoted(path)}) offered=${quoted(flags.flatMap(({spellings}) => spellings).join(' '))} ;;`).join('\n')}
          esac ;;
        *)
          if [ -n "$done" ]; then return; fi
          case $at in
${paths.map(({path, words}) => `            ${quoted(path)}) offered=${quoted(words.map(([word]) => word).join(' '))} ;;`).join('\n')}
          esac
          if [ -n "$help" ] && [ -z "$at" ]; then offered="$offered ${HELP_WORDS.join(' ')}"; fi ;;
      esac ;;
${fixedValues(paths)
  .map((flag) => `    ${flag.spelling}) ${offering(flag)} ;;`)
  .join('\n')}
    ${files.join('|')}) _${bin}_files "$cur"; return ;;
    *) return ;;
  esac
  COMPREPLY=($(compgen -P "$prefix" -W "$offered" -- "$cur"))
}
complete -F _${bin} ${bin}
`
}

function offering({choices}: FixedValues): string {
  const cases = choices.map(({at, words}) => {
    const set = `offered=${quoted(words.join(' '))}`
    return at ? `${at.map(quoted).join('|')}) ${set} ;;` : set
  })
  return choices.some(({at}) => at) ? `case $at in ${cases.join(' ')} esac` : cases.join('')
}
