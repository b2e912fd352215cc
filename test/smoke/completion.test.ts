import {spawnSync} from 'node:child_process'
import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {before} from 'mocha'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {BIN} from '../support/spawn-tokenry.ts'
import {tempFolder, tempFolderOfFile} from '../support/temp-folder.ts'

/**
 * The arguments for a new shell that prints whether completion is on. fish reads its folder itself.
 * For bash, the package bash-completion reads the folder.
 */
const IS_ON: Record<string, string[]> = {
  bash: ['-c', 'source ~/.local/share/bash-completion/completions/tokenry && complete -p tokenry'],
  zsh: ['-i', '-c', 'print complete -F $_comps[tokenry] tokenry'],
  fish: ['-c', 'complete -C "tokenry comp" | string match -q "completion*"; and echo complete -F _tokenry tokenry'],
}

describe('the examples of completion, as its help prints them', () => {
  for (const [shell, check] of Object.entries(IS_ON)) {
    it(`switch it on in ${shell} with an empty home folder`, function () {
      skipWithout(this, shell)
      const home = tempFolder()
      const run = (args: string[]) => {
        const {status, stdout, stderr} = runShell(shell, args, {home, programs: installProgram(tempFolder())})
        return {status, stdout, stderr}
      }
      const help = run(['-c', 'tokenry completion --help']).stdout
      const examples = help.split('\n\n').map((text) => text.replace(/^(EXAMPLES\n)? {2}\$ /, ''))
      const example = examples.find((text) => new RegExp(`completion[\\s\\\\]+${shell}`).test(text)) ?? ''
      expect(run(['-c', example])).to.deep.equal({status: 0, stdout: '', stderr: ''})
      expect(run(check)).to.deep.equal({status: 0, stdout: 'complete -F _tokenry tokenry\n', stderr: ''})
    })
  }
})

/**
 * What is typed up to the cursor, and what each shell offers then. Of descriptions, those that are
 * ids and names.
 */
const CASES: [typed: string, offered: string[]][] = [
  ['deployment token r', ['rotate']],
  ['de to ls --ended --no-h', ['--no-header']],
  ['deployment token rotate --name m', ['my deploy -- ID']],
  ['deployment token delete c', ['ID -- my deploy']],
  ['deployment token list --sort -c', ['-created']],
  ['deployment token list --sort=-c', ['--sort=-created']],
  ['deployment token create --role=D', ['--role=DEPLOYMENT_ADMIN']],
  ['token verify --token-file t', ['token.txt']],
  ['token verify < t', ['token.txt']],
  ['deployment token create --name ', []],
  ['nothing ', []],
]

/** fish does not pass on that a word is the file of a redirection. */
const AFTER_REDIRECTION: typeof CASES = [
  ['deployment > token.txt t', ['token']],
  ['deployment 2>token.txt t', ['token']],
]

describe('completion in a real shell', function () {
  this.timeout(60_000)
  let home = ''
  let programs = ''
  let id = ''

  before(async () => {
    home = tempFolderOfFile()
    programs = installProgram(tempFolderOfFile())
    const create = ['deployment', 'token', 'create', '-n', 'my deploy', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--json']
    id = String(resultOf(await runTokenry(create, {home: join(home, '.store')}))['id'])
    writeFileSync(join(home, 'token.txt'), '')
    for (const shell of Object.keys(IS_ON)) {
      writeFileSync(join(programs, shell), (await runTokenry(['completion', shell], {home: tempFolder()})).stdout)
    }
    writeFileSync(join(programs, 'capture.zsh'), CAPTURE_ZSH)
  })

  /**
   * Run the program of a shell with every command line as an argument. It prints what is offered
   * for each, then a line `END`.
   */
  function expectOffers(shell: string, args: string[], cases: [string, string[]][]): void {
    const typed = cases.map(([line]) => line)
    const run = runShell(shell, [...args, ...typed], {home, programs})
    expect(run.stderr).to.equal('')
    const offers = run.stdout.split('END\n').map((text) => text.split('\n').filter((line) => line !== ''))
    const shorten = (word: string) => word.replace(id, 'ID').replace(/ -- (?!ID$|my deploy$).*/, '')
    const found = typed.map((line, index) => [line, [...new Set(offers[index]?.map(shorten))].sort()])
    expect(found).to.deep.equal(cases.map(([line, offered]) => [line, offered.sort()]))
  }

  it('works in bash, which takes a part of the word, and no description', function () {
    skipWithout(this, 'bash')
    const cases = [...CASES, ...AFTER_REDIRECTION].map(([typed, offered]): [string, string[]] => [
      typed,
      offered.map((word) =>
        word
          .replace(/ -- .*/, '')
          .replace(/^--\w+=/, '')
          .replace('my deploy', 'my\\ deploy'),
      ),
    ])
    expectOffers(
      'bash',
      ['--norc', '-c', BASH, 'bash'],
      [
        ...cases,
        ['deployment token list --sort=created --en', ['--ended']],
        ['role list --json=true --no-h', ['--no-header']],
        ['token verify 2> t', ['token.txt']],
        ['token verify >> t', ['token.txt']],
        ['token verify -- < t', ['token.txt']],
        ['service deployment create x:y --js', ['--json']],
      ],
    )
  })

  it('works in zsh', function () {
    skipWithout(this, 'zsh')
    expectOffers('zsh', ['-f', '-c', ZSH, 'zsh'], [...CASES, ...AFTER_REDIRECTION])
  })

  it('works in fish', function () {
    skipWithout(this, 'fish')
    const program = `source $SCRIPTS/fish
      for line in $argv
        complete -C "tokenry $line" | string replace \\t ' -- '
        echo END
      end`
    expectOffers(
      'fish',
      ['--no-config', '-c', program],
      [
        ...CASES,
        ['deployment token get "my', ['my deploy -- ID']],
        ['token verify --token-file=t', ['--token-file=token.txt']],
      ],
    )
  })
})

/**
 * As readline does: it splits words at =, :, < and > too, and passes the part that it is about to
 * replace.
 */
const BASH = `
  source "$SCRIPTS/bash"
  compopt() { return 1; }
  for line; do
    line=$(sed -E 's/[<>]+|=|:/ & /g' <<< "$line.")
    read -ra COMP_WORDS <<< "tokenry \${line%.}"
    case $line in *' .') COMP_WORDS+=('') ;; esac
    COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    _tokenry tokenry "\${COMP_WORDS[COMP_CWORD]}"
    printf '%s\\n' "\${COMPREPLY[@]}" END
  done`

/**
 * Prints what compadd gets, with the descriptions that it is to show instead, and inserts nothing.
 */
const CAPTURE_ZSH = `
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits shown options
  builtin compadd -A hits "$@"
  zparseopts -E -a options d:=shown
  if [[ \${(Pt)shown[2]} == array* ]]; then
    shown=("\${(@P)shown[2]}")
    hits=("\${(@)\${(@)shown%%[[:space:]]#}//[[:space:]]##-- / -- }")
  fi
  offered_all+=("\${hits[@]}")
  builtin compadd "$@"
}
capture() {
  typeset -ga offered_all=()
  _main_complete
  print BEGIN
  print -l -- $offered_all
  print END
  compstate[insert]= compstate[list]=
}
zle -C capture complete-word capture
bindkey '^I' capture
`

/** A zsh with a terminal of its own, in which a key prints what compadd gets. */
const ZSH = `
  zmodload zsh/zpty
  zpty z zsh -f -i
  zpty -w z "PROMPT= RPROMPT= PS2=; stty -echo cols 200; setopt extendedglob; autoload -Uz compinit; compinit -u -d $SCRIPTS/dump; source $SCRIPTS/zsh; source $SCRIPTS/capture.zsh; print RE''ADY"
  zpty -r z out '*READY*'
  for line; do
    zpty -n -w z $'\\x15'"tokenry $line"$'\\t'
    zpty -r z out '*BEGIN*END*'
    out=\${out##*BEGIN}
    print -r -- "\${\${out%%END*}//$'\\r'/}END"
  done
  zpty -d z`

/** Make a program `tokenry` in this folder. */
function installProgram(folder: string): string {
  const file = join(folder, 'tokenry')
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  chmodSync(file, 0o700)
  return folder
}

function runShell(shell: string, args: string[], {home, programs}: {home: string; programs: string}) {
  const env = {
    PATH: `${programs}:${process.env['PATH']}`,
    HOME: home,
    TOKENRY_HOME: join(home, '.store'),
    SCRIPTS: programs,
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
  }
  return spawnSync(shell, args, {cwd: home, env, encoding: 'utf8', timeout: 50_000})
}

function skipWithout(test: Mocha.Context, shell: string): void {
  if (!spawnSync(shell, ['--version']).error) return
  if (test.test) test.test.title += ` (skipped: this machine has no ${shell})`
  test.skip()
}
