import {cpSync, existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {openAstroHome} from '../support/astro-home.ts'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {bash, ROOT, type Spawned, sh} from '../support/spawn-tokenry.ts'
import {tempFolder, tempFolderOfFile} from '../support/temp-folder.ts'

const PAGE = readFileSync(join(ROOT, 'docs', 'moving-from-astro.md'), 'utf8')
const [SILENT = '', REFUSED = '', UNCHANGED = ''] = PAGE.split(/^## /m).slice(1, 4)

/** A section of the page. */
interface Section {
  title: string
  /** The lines for `astro`. */
  today: string
  /** The lines to write; absent if nothing has to change. */
  instead: string | undefined
  /** `Wrong, exit code 0`. */
  verdict: string
}

interface Outcome extends Spawned {
  /** What the lines have put into the variable of the idiom. */
  value: string
  /** Whether the store is as it was before. */
  untouched: boolean
  home: string
}

type Check = (outcome: Outcome) => void | Promise<void>

interface Idiom {
  /** The variable that the lines set. */
  variable?: 'TOKEN' | 'RESULT' | 'ID'
  /** Exit codes of the changed lines where they are not the verdict's. */
  sh?: number
  strict?: number
  /** What the changed lines do in `sh`, and under `set -euo pipefail`. */
  today?: Check
  instead?: Check
  env?: Record<string, string>
  /** The exit code of the lines to write. */
  insteadExit?: number
}

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+\n?$/

const isEmpty: Check = ({value, stdout}) => {
  expect({value, stdout}).to.deep.equal({value: '', stdout: ''})
}
const isToken: Check = async ({value, stdout, home}) => {
  const token = value || stdout
  expect(token).to.match(JWT)
  const verified = await runTokenry(['token', 'verify'], {home, stdin: token, nowMs: Date.now()})
  expect(verified).to.include({exitCode: 0})
}
const holds =
  (value: string): Check =>
  (outcome) => {
    expect(outcome.value).to.equal(value)
  }
const prints =
  (stdout: () => string): Check =>
  (outcome) => {
    expect(outcome.stdout).to.equal(stdout())
  }
const says =
  (...words: string[]): Check =>
  (outcome) => {
    for (const word of words) expect(outcome.stderr).to.contain(word)
  }
const describes =
  (description: string): Check =>
  async ({home}) => {
    expect((await listed(home)).find(({name}) => name === 'ci')).to.include({description})
  }
const isGone: Check = async ({home}) => {
  expect((await listed(home)).map(({name}) => name)).to.deep.equal(['web'])
}

/** The ids of `ci` and `web`. */
let ids: [string, string] = ['', '']
const rows = () => ids.map((id) => `${id}\n`).join('')

const listsBoth: Check = ({stdout}) => {
  expect(stdout).to.match(/^ID\t.*\nc\w+\tci\t.*\nc\w+\tweb\t.*\n$/)
}

const LOSES_TOKEN: Idiom = {variable: 'TOKEN', today: isEmpty, instead: isToken}

const IDIOMS: Record<string, Idiom> = {
  'create -c | tail -n +2': LOSES_TOKEN,
  'create | sed -n 5p': LOSES_TOKEN,
  'create -c 2>&1': {
    variable: 'TOKEN',
    today({value}) {
      expect(value).to.match(/^Warning: The token never expires.*\n[\w-]+\.[\w-]+\.[\w-]+$/)
    },
    instead: isToken,
  },
  "list | awk 'NR>2'": {today: prints(() => `${ids[1]}\n`), instead: prints(rows)},
  "list | cut -d ' '": {
    today({stdout}) {
      expect(stdout).to.contain('TOKEN\tCREATED').and.to.contain(`${ids[0]}\tci\t`)
    },
    instead: prints(rows),
  },
  "list | awk '{print $5}'": {today: prints(() => 'STANDARD\n'), instead: prints(() => 'DEPLOYMENT_ADMIN\n')},
  'update -d ""': {
    env: {TEXT: ''},
    today: describes(''),
    insteadExit: 2,
    instead: async ({home, untouched, stderr}) => {
      expect(untouched).to.equal(true)
      expect(stderr).to.contain('No change is given')
      const changed = await bash(instead('update -d ""'), {home, env: {TOKENRY_HOME: home, TEXT: 'two words'}})
      expect(changed).to.include({exitCode: 0})
      await describes('two words')({home} as Outcome)
    },
  },
  'if [ $? -eq 1 ]': {variable: 'RESULT', strict: 6, today: holds(''), instead: holds('not there')},
  "| grep 'not found'": {variable: 'RESULT', today: holds(''), instead: holds('missing')},
  'echo y | delete': {today: says('--force'), instead: isGone},
  "printf 'name\\nrole\\n' | create": {today: says('--name', '--role'), instead: isToken},
  'rotate -c without -f': {variable: 'TOKEN', today: isEmpty, instead: isToken},
  'Exit code 0 if the answer is no': {variable: 'RESULT', sh: 0, insteadExit: 1, today: says('--force')},
  '-e 0': {today: says('--expiration "0"'), instead: isToken},
  '--workspace-id ""': {env: {WORKSPACE: ''}, today: says('--workspace-id is empty')},
  '--organization-id that has no effect': {
    today: says('No organization clm8q7f6q000008lcgyougpsk'),
    instead({stdout}) {
      expect(stdout).to.contain('\tops\t')
    },
  },
  'Ids in upper case': {today: says('No API token'), instead: isToken},
  'Extra arguments': {today: says('--clean-output is for one token'), instead: isToken},
  'An id and a name of different tokens': {today: says('web'), instead: isToken},
  ASTRO_API_TOKEN: {today: says('ASTRO_API_TOKEN holds a token of a tokenry installation'), instead: listsBoth},
  ASTRO_DOMAIN: {today: says('ASTRO_DOMAIN is set without ASTRO_API_TOKEN'), instead: listsBoth},
  'astro auth token': {variable: 'TOKEN', today: says('Run: astro auth token\n'), instead: isToken},
  'Commands that are not about tokens': {
    variable: 'RESULT',
    today: says('Run: astro deploy …\n'),
    instead: holds('deploy clm8q7f6q000008lcgyougpsk --dags'),
  },
  'create -c in $(…)': {variable: 'TOKEN', today: isToken},
  "create | grep '^eyJ'": {variable: 'TOKEN', today: isToken},
  "list | awk 'NR>1{print $1}'": {today: prints(rows)},
  'list | grep ci': {
    variable: 'ID',
    today({value}) {
      expect(value).to.equal(ids[0])
    },
  },
  'create -d ""': {variable: 'TOKEN', today: isToken},
  '|| true, || exit 1 and if': {
    variable: 'RESULT',
    today: async (outcome) => {
      expect(outcome.value).to.equal('failed')
      await isGone(outcome)
    },
  },
  'add of a role that the token has': {
    today({untouched, stdout}) {
      expect(untouched).to.equal(true)
      expect(stdout).to.contain('Nothing to change in ops')
    },
  },
}

describe('docs/moving-from-astro.md', function () {
  this.timeout(30_000)
  const sections = {silent: readSections(SILENT), refused: readSections(REFUSED), unchanged: readSections(UNCHANGED)}
  const all = Object.values(sections).flat()
  /** The store that each run gets a copy of. */
  let store = ''
  let secret = ''

  before(async () => {
    const astro = await openAstroHome()
    store = tempFolderOfFile()
    const options = {nowMs: Date.now()}
    // Lists are in the order of creation, which has to be clear.
    const ci = await astro.make('deployment', 'ci', '-d text', {nowMs: options.nowMs - 1000})
    const web = await astro.make('deployment', 'web', '', options)
    await astro.make('organization', 'ops', '', options)
    await astro.json('workspace token add -n ops -r WORKSPACE_MEMBER', options)
    ids = [ci.id, web.id]
    secret = ci.token
    cpSync(astro.home, store, {recursive: true})
  })

  it('has a test for every idiom', () => {
    expect(all.map(({title}) => title)).to.have.members(Object.keys(IDIOMS))
    expect(all.length).to.be.greaterThan(25)
  })

  it('says in each part the same of every idiom', () => {
    for (const {title, verdict} of sections.silent) expect(verdict, title).to.equal('Wrong, exit code 0')
    for (const {title, verdict} of sections.refused) expect(verdict, title).to.match(/^Exit code [236]$/)
    for (const {title, verdict} of sections.unchanged) expect(verdict, title).to.equal('Works unchanged')
    for (const {title, instead} of [...sections.silent, ...sections.refused]) expect(instead, title).to.be.a('string')
  })

  for (const section of all) {
    const {title, today, verdict} = section
    const idiom = IDIOMS[title] ?? {}

    it(`${verdict}: ${title}`, async () => {
      const said = Number(/\d+$/.exec(verdict)?.[0] ?? 0)
      const lines = changeFirstWord(today)
      const [plain, strict, replaced] = await Promise.all([
        runLines(sh, lines, idiom),
        runLines(bash, `set -euo pipefail\n${lines}`, idiom),
        section.instead === undefined ? undefined : runLines(bash, `set -euo pipefail\n${section.instead}`, idiom),
      ])
      expect(plain.exitCode, plain.stderr).to.equal(idiom.sh ?? said)
      expect(strict.exitCode, strict.stderr).to.equal(idiom.strict ?? said)
      for (const outcome of [plain, strict]) {
        await idiom.today?.(outcome)
        if (said !== 0) expect(outcome.untouched).to.equal(true)
      }
      if (!replaced) return
      expect(replaced.exitCode, replaced.stderr).to.equal(idiom.insteadExit ?? 0)
      await idiom.instead?.(replaced)
    })
  }

  it('changes the first word of commands for tokens only, with the sed command', async () => {
    const [, command = ''] = /```sh\n(sed .*)\n/.exec(PAGE) ?? []
    const old = [
      'TOKEN=$(astro deployment token create -n ci -c)',
      'if ! astro wo to ls; then /usr/local/bin/astro org token list; fi',
      'echo y|astro de to de -t a; astro deployments token list',
      'astro deploy; astro deployment list; astro auth token; my-astro de to ls; astro workspace switch main',
    ].join('\n')
    const home = tempFolder()
    const run = await sh(`printf '%s\\n' "$OLD" > old.sh\n${command}\ncat new.sh`, {home, env: {OLD: old}})
    expect(run.stdout.trimEnd().split('\n')).to.deep.equal([
      'TOKEN=$(tokenry deployment token create -n ci -c)',
      'if ! tokenry wo to ls; then /usr/local/bin/tokenry org token list; fi',
      'echo y|tokenry de to de -t a; tokenry deployments token list',
      'astro deploy; astro deployment list; astro auth token; my-astro de to ls; astro workspace switch main',
    ])
  })

  it('finds every idiom that fails silently, and those that were answers, with the grep command', async () => {
    const [, command = ''] = /```sh\n(grep .*)\n/.exec(PAGE) ?? []
    const answers = sections.refused.filter(({title}) => / \| |""/.test(title))
    expect(answers).to.have.lengthOf(3)
    for (const {title, today} of [...sections.silent, ...answers]) {
      const env = {NEW: changeFirstWord(today)}
      const run = await sh(`printf '%s\\n' "$NEW" > new.sh\n${command}`, {home: tempFolder(), env})
      expect(run.exitCode, title).to.equal(0)
    }
  })

  it('lets tail -n 1 work with both programs', async () => {
    const line = 'TOKEN=$(tokenry deployment token create -n new -r DEPLOYMENT_ADMIN -e 30 -c | tail -n 1)'
    await isToken(await runLines(sh, line, {variable: 'TOKEN'}))
  })

  it('finds one token by its name with get, or fails, as the page says', async () => {
    const [, line = ''] = /`(tokenry deployment token get ci [^`]+)`/.exec(PAGE.replaceAll('\n', ' ')) ?? []
    expect(await runLines(bash, `set -o pipefail; ${line}`, {})).to.include({exitCode: 0, stdout: `${ids[0]}\n`})
    const gone = await runLines(bash, `set -o pipefail; ${line.replace(' ci ', ' gone ')}`, {})
    expect(gone.exitCode).to.equal(6)
  })

  it('stops a script whose token is empty, with the check of the page', async () => {
    const [, check = ''] = /`(: "[^`]+)`/.exec(PAGE) ?? []
    const lines = `${changeFirstWord(find('create -c | tail -n +2').today)}\n${check}\necho not reached`
    const run = await runLines(sh, lines, {})
    expect(run.exitCode).to.not.equal(0)
    expect(run).to.include({stdout: ''})
    expect(run.stderr).to.contain('TOKEN')
  })

  it('warns that yes | can be exit code 141, even if the command succeeds', async () => {
    const run = await runLines(bash, 'set -o pipefail; yes | tokenry deployment token delete -t ci -f', {})
    expect(run.exitCode).to.equal(141)
    await isGone(run)
  })

  /** Run lines with a copy of the store. */
  async function runLines(shell: typeof bash, lines: string, {variable, env}: Idiom): Promise<Outcome> {
    const home = tempFolder()
    cpSync(store, home, {recursive: true})
    const script = `astro() { RESULT=$*; }\n${lines}\ncode=$?\nprintf %s "\${${variable ?? 'RESULT'}-}" > value\nexit $code`
    const before = await everything(home)
    const run = await shell(script, {home, env: {TOKENRY_HOME: home, ID: ids[0], SECRET: secret, ...env}})
    const file = join(home, 'value')
    return {
      ...run,
      home,
      value: variable !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '',
      untouched: (await everything(home)) === before,
    }
  }
})

/** Return every token of the organization, with its times. */
async function everything(home: string): Promise<string> {
  return (await runTokenry(['organization', 'token', 'list', '--all', '--json'], {home, nowMs: Date.now()})).stdout
}

/** Return the tokens of the deployment. */
async function listed(home: string): Promise<{name: string; description: string}[]> {
  const run = await runTokenry(['deployment', 'token', 'list', '--json'], {home, nowMs: Date.now()})
  return resultOf(run)
}

function readSections(part: string): Section[] {
  return part
    .split(/^### /m)
    .slice(1)
    .map((text) => {
      const [, title = ''] = /^(.*)\n/.exec(text) ?? []
      const [today = '', instead] = [...text.matchAll(/```sh\n([^`]*?)```/g)].map(([, lines]) => lines)
      return {
        title: title.replaceAll('`', ''),
        today,
        instead,
        verdict: /^\*\*(.*)\.\*\*/m.exec(text)?.[1] ?? '',
      }
    })
}

function find(title: string): Section {
  const found = readSections(PAGE).find((section) => section.title === title)
  expect(found, title).to.be.an('object')
  return found as Section
}

function instead(title: string): string {
  return find(title).instead ?? ''
}

function changeFirstWord(lines: string): string {
  return lines.replaceAll('astro ', 'tokenry ')
}
