import {flagsWithValue, quoted} from './flag-values.ts'
import {type CompletedPath, HELP_WORDS} from './tree.ts'

/** For bash from 3.2 on, which macOS has: no associative arrays, no mapfile, compopt only where it is. */
export function bashScript(bin: string, paths: CompletedPath[]): string {
  const valued = flagsWithValue(paths)
  const fixed = valued.filter(({value}) => Array.isArray(value))
  const files = valued.filter(({value}) => value === 'file').map(({spelling}) => spelling)
  return `# Completion of ${bin} for bash 3.2 and later.
_${bin}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at='' flag='' help='' done='' prefix='' word i offered=''
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [ "$word" = '=' ]; then continue; fi
    if [ -n "$flag" ]; then flag=''; continue; fi
    case $word in
      --) return ;;
      ${valued.map(({spelling}) => spelling).join('|')}) flag=$word ;;
      -*) if [ "\${COMP_WORDS[i+1]}" = '=' ]; then flag=$word; fi ;;
      *)
        if [ -n "$done" ]; then continue; fi
        if [ -z "$at" ] && [ "$word" = help ]; then help=1; continue; fi
        case "\${at:+$at }$word" in
          ${paths.flatMap(({path}) => (path === '' ? [] : [quoted(path)])).join('|')}) at="\${at:+$at }$word" ;;
          *) done=1 ;;
        esac ;;
    esac
  done
  if [ "$cur" = '=' ]; then cur=''; fi
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
${fixed.map(({spelling, value}) => `    ${spelling}) offered=${quoted([value].flat().join(' '))} ;;`).join('\n')}
    ${files.join('|')})
      local IFS=$'\\n'
      compopt -o filenames 2>/dev/null
      COMPREPLY=($(compgen -f -- "$cur"))
      return ;;
    *) return ;;
  esac
  COMPREPLY=($(compgen -P "$prefix" -W "$offered" -- "$cur"))
}
complete -F _${bin} ${bin}
`
}
