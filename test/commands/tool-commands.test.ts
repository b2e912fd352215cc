import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {ASTRO_COMMANDS} from '../../src/vendors/astro/tool-commands.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import {runTokenry} from '../support/run-tokenry.ts'
import {SAMPLE, SAMPLE_PARTS} from '../support/sample-token.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {TINY} from '../support/tiny-vendor.ts'

/** A command line of astro, and the line to run instead. */
type Row = [typed: string, run: string]

const STAYS: Row[] = [
  ['deploy', 'astro deploy'],
  ['deploy c1 --dags', 'astro deploy …'],
  ['deploy --help', 'astro deploy …'],
  ['help deploy', 'astro help deploy'],
  ['--verbosity debug deploy', 'astro deploy …'],
  ['auth token', 'astro auth token'],
  ['auth token --domain localhost', 'astro auth token …'],
  ['workspace switch', 'astro workspace switch'],
  ['wo sw main', 'astro workspace switch …'],
  ['organization switch', 'astro organization switch'],
  ['dev start', 'astro dev …'],
  ['d', 'astro dev'],
  ['api cloud list-deployments', 'astro api …'],
  ['run example', 'astro run …'],
  ['dbt deploy c1', 'astro dbt …'],
  ['remote deploy', 'astro remote …'],
  ['ide project list', 'astro ide …'],
  ['environment variable list', 'astro env …'],
  ['telemetry disable', 'astro telemetry …'],
  ['otto', 'astro otto'],
  ['deployment inspect c1', 'astro deployment inspect …'],
  ['deployment --deployment-id c1 inspect', 'astro deployment inspect …'],
  ['de logs', 'astro deployment logs'],
  ['deployment variable create A=b', 'astro deployment variable …'],
  ['deployments var list', 'astro deployment variable …'],
  ['deployment airflow-variable list', 'astro deployment airflow-variable …'],
  ['deployment connection list', 'astro deployment connection …'],
  ['deployment pools list', 'astro deployment pool …'],
  ['deployment worker-queue create', 'astro deployment worker-queue …'],
  ['deployment hibernate', 'astro deployment hibernate'],
  ['de wu', 'astro deployment wake-up'],
  ['deployment user list', 'astro deployment user …'],
  ['deployment runtime upgrade', 'astro deployment runtime …'],
  ['workspace user add', 'astro workspace user …'],
  ['workspace teams list', 'astro workspace team …'],
  ['organization audit-logs export', 'astro organization audit-logs …'],
  ['org us ls', 'astro organization user …'],
]

/** Commands of astro with a verb that our commands have too: the word `token` may be missing. */
const PERHAPS_OURS: Row[] = [
  ['config get context', 'Did you mean: tokenry context list, tokenry help environment?'],
  ['deployment create', 'Did you mean: tokenry deployment token create, tokenry service deployment create?'],
  ['deployment delete c1', 'Did you mean: tokenry deployment token delete, tokenry service deployment delete?'],
  ['workspace update', 'Did you mean: tokenry workspace token update, tokenry workspace token organization-token'],
  ['wo de c1', 'Did you mean: tokenry workspace token delete, tokenry service workspace delete?'],
]

/** Commands that tokenry has or plans (design.md, section 3). */
const OURS = [
  'login',
  'logout',
  'auth login',
  'auth logout',
  'whoami',
  'version',
  'context list',
  'context switch',
  'c ls',
  'organization role list',
  'org ro ls',
]

const ENTRIES = Object.entries(ASTRO_COMMANDS.below).flatMap(([topic, commands]) =>
  Object.entries(commands).map(([name, {aliases = [], ours}]) => ({topic, name, aliases, ours})),
)
const IDS = Object.keys(
  JSON.parse(readFileSync(new URL('../../oclif.manifest.json', import.meta.url), 'utf8')).commands,
)

describe('a command that only the astro binary has', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  for (const [typed, line] of STAYS) {
    it(`exits 2 and names the line to run: ${typed}`, async () => {
      const words = line.replace(/^astro | …$/g, '')
      expect(await runTokenry(typed.split(' '), {home})).to.deep.equal({
        exitCode: 2,
        stdout: '',
        stderr: `Error: Unknown command tokenry ${words}: tokenry manages API tokens only, and this stays with astro\nRun: ${line}\n`,
      })
    })
  }

  for (const [typed, question] of PERHAPS_OURS) {
    it(`also suggests our commands with the same verb: ${typed}`, async () => {
      const {exitCode, stderr} = await runTokenry(typed.split(' '), {home})
      expect(exitCode).to.equal(2)
      expect(stderr).to.contain('this stays with astro').and.to.contain(question)
      expect(stderr).to.match(/\? If not, run: astro (config|(deployment|workspace) \w+)( …)?\n$/)
    })
  }

  it('is an error document under --json, which is no word of the line to run', async () => {
    for (const typed of ['--json workspace switch', 'workspace switch --json']) {
      const {exitCode, stdout, stderr} = await runTokenry(typed.split(' '), {home})
      expect({exitCode, stderr}).to.deep.equal({exitCode: 2, stderr: ''})
      expect(JSON.parse(stdout).error).to.include({
        code: 'USAGE',
        exitCode: 2,
        message: 'Unknown command tokenry workspace switch: tokenry manages API tokens only, and this stays with astro',
        hint: 'Run: astro workspace switch',
      })
    }
  })

  it('is answered the same for every command in the list, by its name and by each alias', async () => {
    expect(ENTRIES.length).to.be.greaterThan(40)
    for (const {topic, name, aliases, ours} of ENTRIES) {
      for (const word of [name, ...aliases]) {
        const argv = [...topic.split(' ').filter(Boolean), word]
        const {exitCode, stdout, stderr} = await runTokenry(argv, {home})
        expect({exitCode, stdout}, argv.join(' ')).to.deep.equal({exitCode: 2, stdout: ''})
        const line = ['astro', topic, name].filter(Boolean).join(' ')
        expect(stderr, argv.join(' ')).to.match(new RegExp(ours ? `mean tokenry ${ours}\\?$` : `un: ${line}$`, 'm'))
      }
    }
  })

  it('is not one that tokenry has, and what is ours is a command of tokenry', () => {
    const paths = IDS.map((id) => id.replaceAll(':', ' '))
    for (const {topic, name, ours} of ENTRIES) {
      const path = topic === '' ? name : `${topic} ${name}`
      expect(paths.filter((id) => id === path || id.startsWith(`${path} `))).to.deep.equal([])
      if (ours !== undefined) expect(paths).to.include(ours)
    }
  })

  it('is not one that tokenry has or plans', async () => {
    for (const typed of OURS) {
      const {exitCode, stderr} = await runTokenry(typed.split(' '), {home})
      expect(exitCode, typed).to.be.oneOf([0, 2])
      expect(stderr, typed).to.not.match(/un: astro/)
    }
  })

  it('is not one with a similar or an unusual name, or after an unknown flag', async () => {
    for (const typed of ['deplyo', 'DEPLOY', 'deploy:x', 'constructor', 'auth constructor', '--bogus deploy']) {
      const {exitCode, stderr} = await runTokenry(typed.split(' '), {home})
      expect(exitCode, typed).to.be.oneOf([0, 2])
      expect(stderr, typed).to.not.match(/un: astro/)
    }
  })

  it('does not repeat the words after it', async () => {
    for (const typed of [
      `deploy ${SAMPLE_PARTS['a whole token']}`,
      'deployment variable create KEY=secret',
      'auth token secret',
    ]) {
      const {stdout, stderr} = await runTokenry(typed.split(' '), {home})
      expect(stdout + stderr, typed)
        .to.contain('stays with astro')
        .and.to.not.contain('ecret')
      expect(stdout + stderr, typed).to.not.contain(SAMPLE.signature)
    }
  })

  it('is looked up in the tools of all vendors, and only if a command is unknown', async () => {
    let loaded = 0
    const tool = {
      ...TINY.tool,
      loadCommands: async () => {
        loaded += 1
        return {bin: 'tinytool', below: {deployment: {fill: {aliases: ['fi']}}}}
      },
    }
    const vendors = [...VENDORS, {...TINY, tool}]
    expect(await runTokenry(['deployment', 'list'], {home, vendors})).to.include({exitCode: 0})
    expect(await runTokenry(['deployment', 'list', '--bogus'], {home, vendors})).to.include({exitCode: 2})
    expect(loaded).to.equal(0)
    const {stderr} = await runTokenry(['deployment', 'fi'], {home, vendors})
    expect(stderr).to.contain('stays with tinytool').and.to.contain('Run: tinytool deployment fill\n')
  })
})
