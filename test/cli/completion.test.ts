import {spawnSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const VERBS = ['create', 'delete', 'get', 'list', 'organization-token', 'rotate', 'update', 'workspace-token']
const GLOBALS = ['--context', '--debug', '--help', '--json', '--no-input', '--verbosity', '-h']
const SORTS = ['created', 'expires', 'kind', 'last-rotated', 'last-used', 'name', 'role', 'scope', 'short-token']
const FILES = ['a file.txt', 'token.txt']
const OBSERVE_ROLES = ['ORGANIZATION_OBSERVE_ADMIN', 'ORGANIZATION_OBSERVE_MEMBER']
const ORGANIZATION_ROLES = [
  ...['ORGANIZATION_BILLING_ADMIN', 'ORGANIZATION_MEMBER', 'ORGANIZATION_OWNER'],
  ...OBSERVE_ROLES,
]
const WORKSPACE_ROLES = ['ACCESSOR', 'AUTHOR', 'MEMBER', 'OPERATOR', 'OWNER'].map((name) => `WORKSPACE_${name}`)

/** The text before the cursor, and the words that every shell must offer. */
const CASES: [typed: string, offered: string[]][] = [
  ['', ['completion', 'deployment', 'help', 'organization', 'role', 'service', 'token', 'workspace']],
  ['d', ['deployment']],
  ['deployment ', ['list', 'token']],
  ['deployment token ', VERBS],
  ['deployment token r', ['rotate']],
  ['--json deployment token cr', ['create']],
  ['--deployment-id x deployment token cr', ['create']],
  ['--context token to', ['token']],
  ['-', [...GLOBALS, '--version']],
  ['role list -', [...GLOBALS, '--no-header', '--organization-id', '--scope']],
  ['deployment token list --e', ['--ended', '--expiring-within']],
  ['deployment token delete some-id --f', ['--force']],
  ['deployment token delete some-id ', []],
  ['deployment token list --sort ', [...SORTS, ...SORTS.map((key) => `-${key}`)]],
  ['deployment token list --sort cr', ['created']],
  ['workspace token organization-token ', ['add', 'get', 'list', 'remove', 'update']],
  ['deployment token create --name ', []],
  ['deployment token create --name list --ro', ['--role']],
  ['deployment token create --role ', ['DEPLOYMENT_ADMIN']],
  ['deployment token create -r ', ['DEPLOYMENT_ADMIN']],
  ['de to ls --role ', ['DEPLOYMENT_ADMIN']],
  ['workspace token create --role WORKSPACE_O', ['WORKSPACE_OPERATOR', 'WORKSPACE_OWNER']],
  ['workspace token create --role DEP', []],
  ['organization token update some-id --role ORGANIZATION_OBSERVE_', OBSERVE_ROLES],
  ['organization token create --role WORK', []],
  ['organization token list --role ', [...ORGANIZATION_ROLES, ...WORKSPACE_ROLES, 'DEPLOYMENT_ADMIN']],
  ['token verify --token-file ', FILES],
  ['token verify --token-file t', ['token.txt']],
  ['de to ', VERBS],
  ['de to cr --un', ['--unique-name']],
  ['wo to l', ['list']],
  ['deployments token ls --en', ['--ended']],
  ['org to up some-id --new', ['--new-name']],
  ['service deployment de --f', ['--force']],
  ['help de to cr', ['create']],
  ['deployment de ', []],
  ['deployment token workspace-token ls --en', []],
  ['token verify < ', FILES],
  ['token verify < t', ['token.txt']],
  ['token verify >t', ['token.txt']],
  ['token verify >> t', ['token.txt']],
  ['token verify 2> t', ['token.txt']],
  ['token verify < token.txt --token-', ['--token-file']],
  ['token verify -- < t', ['token.txt']],
  ['completion ', ['bash', 'fish', 'powershell', 'zsh']],
  [
    'help ',
    [
      'completion',
      'deployment',
      'environment',
      'exit-codes',
      'help',
      'organization',
      'role',
      'service',
      'token',
      'workspace',
    ],
  ],
  ['help deployment token c', ['create']],
  ['nothing ', []],
]

/** Not for fish, which does not mark the file of a redirection for its completions. */
const AFTER_REDIRECTION: typeof CASES = [
  ['deployment > token.txt t', ['token']],
  ['deployment 2>token.txt t', ['token']],
]

describe('completion', () => {
  it('refuses an unknown shell, and lists the supported ones', async () => {
    const run = await runTokenry(['completion', 'tcsh'], {home: tempFolder()})
    expect(run).to.deep.equal({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: No completion for tcsh\nGive one of bash, zsh, fish, powershell\n',
    })
    expect(await runTokenry(['completion'], {home: tempFolder()})).to.include({exitCode: 2, stdout: ''})
  })

  it('has no flag that takes a value in one command and none in another', () => {
    const {commands} = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8'))
    const types = new Map<string, Set<string>>()
    for (const {flags} of Object.values<{flags: Record<string, {name: string; char?: string; type: string}>}>(
      commands,
    )) {
      for (const {name, char, type} of Object.values(flags)) {
        for (const spelling of [`--${name}`, ...(char ? [`-${char}`] : [])]) {
          types.set(spelling, (types.get(spelling) ?? new Set()).add(type))
        }
      }
    }
    expect([...types].filter(([, found]) => found.size > 1).map(([spelling]) => spelling)).to.deep.equal([])
  })

  /**
   * Run each case in this shell, and expect the offered words. `program` loads the completion
   * script, and prints the offered words, one per line.
   */
  async function offer(
    test: Mocha.Context,
    shell: string,
    program: string,
    cases: [string, string[]][],
  ): Promise<void> {
    if (spawnSync(shell, ['--version']).error) test.skip()
    const [home, scripts] = [tempFolder(), tempFolder()]
    for (const file of FILES) writeFileSync(join(home, file), '')
    const {stdout: script} = await runTokenry(['completion', shell], {home: tempFolder()})
    writeFileSync(join(scripts, shell), script)
    writeFileSync(join(scripts, 'capture.zsh'), CAPTURE_ZSH)
    const env = {PATH: process.env['PATH'] ?? '', HOME: scripts, SCRIPTS: scripts, TERM: 'dumb', LC_ALL: 'C.UTF-8'}
    const found = cases.map(([typed]) => {
      const options =
        shell === 'fish' ? ['--no-config', '-c', program, '--'] : [...(START[shell] ?? []), program, shell]
      const run = spawnSync(shell, [...options, typed], {cwd: home, env, encoding: 'utf8', timeout: 10_000})
      expect(run.stderr, typed).to.equal('')
      return [typed, [...new Set(run.stdout.split('\n').filter((line) => line !== ''))].sort()]
    })
    expect(Object.fromEntries(found)).to.deep.equal(
      Object.fromEntries(cases.map(([typed, words]) => [typed, words.sort()])),
    )
  }

  it('works in bash', async function () {
    // Split words at =, < and > too, as readline does. The last word is the one before the cursor.
    const program = `
      source "$SCRIPTS/bash"
      line=$(sed -E 's/[<>]+|=/ & /g' <<< "$1.")
      line=\${line%.}
      read -ra COMP_WORDS <<< "tokenry $line"
      case $line in ''|*' ') COMP_WORDS+=('') ;; esac
      COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      compopt() { :; }
      _tokenry
      printf '%s\\n' "\${COMPREPLY[@]}"`
    await offer(this, 'bash', program, [
      ...CASES,
      ...AFTER_REDIRECTION,
      ['deployment token list --sort=-c', ['-created']],
      ['deployment token list --sort=created --en', ['--ended']],
      ['role list --json=true --no-h', ['--no-header']],
      ['workspace token create --role=WORKSPACE_O', ['WORKSPACE_OPERATOR', 'WORKSPACE_OWNER']],
      ['workspace --role WORKSPACE_O', ['WORKSPACE_OPERATOR', 'WORKSPACE_OWNER']],
    ])
  })

  it('works in zsh', async function () {
    this.timeout(90_000)
    await offer(this, 'zsh', ZSH, [...CASES, ...AFTER_REDIRECTION, ['deployment token list --sort=-c', ['-created']]])
  })

  it('works in fish', async function () {
    // If a flag and its value are one word, fish returns the whole word.
    const program = 'source $SCRIPTS/fish; complete -C "tokenry $argv[1]" | string replace -r "\\t.*" ""'
    await offer(this, 'fish', program, [...CASES, ['deployment token list --sort=-c', ['--sort=-created']]])
  })
})

const START: Record<string, string[]> = {bash: ['--norc', '-c'], zsh: ['-f', '-c']}

/** Print the words that compadd receives instead of showing them. */
const CAPTURE_ZSH = `
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
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

/** Start a zsh with its own terminal, in which the Tab key lists the words for compadd. */
const ZSH = `
  zmodload zsh/zpty
  zpty z zsh -f -i
  zpty -w z "PROMPT= RPROMPT= PS2=; stty -echo; autoload -Uz compinit; compinit -u -d $SCRIPTS/dump; source $SCRIPTS/zsh; source $SCRIPTS/capture.zsh; print RE''ADY"
  zpty -r z out '*READY*'
  zpty -n -w z "tokenry $1"$'\\t'
  zpty -r z out '*BEGIN*END*'
  out=\${out##*BEGIN}
  print -r -- "\${\${out%%END*}//$'\\r'/}"
  zpty -d z`
