import {cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {before} from 'mocha'
import {DEFAULT_ROLES} from '../../../src/vendors/astro/roles.ts'
import {ASTRO} from '../../../src/vendors/astro/vendor.ts'
import {fillStore} from '../../support/fill-store.ts'
import {keepSettings} from '../../support/keep-settings.ts'
import {makeOldStore} from '../../support/old-store.ts'
import {type RunOptions, resultOf, runTokenry} from '../../support/run-tokenry.ts'
import {tempFolder, tempFolderOfFile} from '../../support/temp-folder.ts'
import {WITH_TINY} from '../../support/tiny-vendor.ts'

const NOTHING = {exitCode: 0, stdout: '', stderr: ''}
const MANIFEST = JSON.parse(readFileSync(join(import.meta.dirname, '../../../oclif.manifest.json'), 'utf8'))
const [{name = '', description = ''} = {}] = DEFAULT_ROLES.filter(({scopeType}) => scopeType === 'DEPLOYMENT')
const DEPLOYMENT_ADMIN = `${name}\t${description}`

/** Ids by the name of what has them. */
type Ids = Record<string, string>

describe('__complete', () => {
  let home = ''
  let ids: Ids
  let secrets: string[]
  before(async () => {
    home = tempFolderOfFile()
    const filled = await fillHome(home)
    ids = filled.ids
    secrets = filled.secrets
  })

  /** The lines for a command line that is typed so far, words separated by blanks. */
  async function lines(typed: string, options: Partial<RunOptions> = {}): Promise<string[]> {
    const run = await runTokenry(['__complete', '--', ...typed.split(' ')], {home, ...options})
    expect(run, typed).to.include({exitCode: 0, stderr: ''})
    return run.stdout.split('\n').slice(0, -1)
  }

  /** `#ci` stands for its id and name, `@ci` for its name and id. */
  async function offers(typed: string, names: string[], options: Partial<RunOptions> = {}): Promise<void> {
    const expected = names.map((name) =>
      name
        .replace(/^#(.*)$/, (_, which) => `${ids[which]}\t${which}`)
        .replace(/^@(.*)$/, (_, which) => `${which}\t${ids[which]}`),
    )
    expect(await lines(typed, options), typed).to.deep.equal([...expected, ':4'])
  }

  it('prints a candidate a line, its description after a tab, and :4 for no files', async () => {
    expect(await lines('deployment token ro')).to.deep.equal([
      `rotate\t${MANIFEST.commands['deployment:token:rotate'].summary}`,
      ':4',
    ])
    expect(await lines('deployment token list --sort cre')).to.deep.equal(['created', ':4'])
  })

  it('prints :0 where the shell is to complete files', async () => {
    expect(await lines('token verify --token-file x')).to.deep.equal([':0'])
  })

  /** With the environment naming one of the places that there are. */
  const offersOfTokens = (typed: string, names: string[]) =>
    offers(typed, names, {
      env: {
        TOKENRY_DEPLOYMENT_ID: ids['default deployment'] ?? '',
        TOKENRY_WORKSPACE_ID: ids['default workspace'] ?? '',
      },
    })

  it('completes tokens by name, with the ids, by what the command is about', async () => {
    await offersOfTokens('deployment token delete ', ['@ci', '@my deploy', '@team', '@ops'])
    await offersOfTokens('deployment token delete --agent ', ['@runner'])
    await offers(`deployment token --deployment-id ${ids['default deployment']} delete `, [
      '@ci',
      '@my deploy',
      '@team',
      '@ops',
    ])
    await offersOfTokens('deployment token organization-token remove ', ['@ops'])
    await offersOfTokens('deployment token organization-token add ', ['@ops', '@free'])
    await offersOfTokens('deployment token workspace-token update ', ['@team'])
    await offersOfTokens('deployment token workspace-token add ', ['@team', '@loose'])
    await offersOfTokens(`deployment token workspace-token add --workspace-id ${ids['data']} `, [])
    await offersOfTokens('workspace token rotate ', ['@team', '@loose'])
    await offersOfTokens('workspace token add ', ['@ops', '@free'])
    await offersOfTokens('organization token roles ', ['@ops', '@free'])
  })

  it('completes names of tokens, with the ids', async () => {
    await offersOfTokens('deployment token rotate --name c', [`ci\t${ids['ci']}`])
    await offersOfTokens('de to ro -t m', [`my deploy\t${ids['my deploy']}`])
    await offersOfTokens('deployment token rotate --name=m', [`--name=my deploy\t${ids['my deploy']}`])
    await offersOfTokens('workspace token add -n o', [`ops\t${ids['ops']}`])
    await offersOfTokens('deployment token create --name ', [])
    await offersOfTokens('deployment token update x --new-name ', [])
  })

  it('completes names where a name is taken too, and ids once one is begun', async () => {
    const names = ['ci', 'my deploy', 'team', 'ops'].map((name) => `${name}\t${ids[name]}`)
    await offersOfTokens('deployment token get ', names)
    const id = ids['ci'] ?? ''
    await offersOfTokens(`deployment token get ${id.slice(0, 12)}`, [`${id}\tci`])
  })

  it('offers 200 of many tokens, and finds every other by its prefix', async () => {
    const folder = tempFolder()
    cpSync(home, folder, {recursive: true})
    const db = new DatabaseSync(join(folder, 'data', 'tokenry.db'))
    const {keyId} = db.prepare('SELECT id AS "keyId" FROM signing_key').get() as {keyId: string}
    const organizationId = ids['default organization'] ?? ''
    const deploymentId = ids['default deployment'] ?? ''
    const place = {organizationId, deploymentId, keyId, nowMs: 0}
    await fillStore((sql, params) => db.prepare(sql).run(...params), {tokens: 1000, workspaces: 1}, place)
    db.close()
    const options = {home: folder, env: {TOKENRY_DEPLOYMENT_ID: deploymentId}}
    expect(await lines('deployment token delete --name ', options)).to.have.lengthOf(201)
    await offers('deployment token delete --name my', [`my deploy\t${ids['my deploy']}`], options)
    await offers('deployment token organization-token add ', ['@ops', '@free'], options)
    await offers('deployment token workspace-token remove ', ['@team'], options)
  })

  it('completes places by their ids', async () => {
    const placed = (names: string[]) => names.map((name) => `${ids[name]}\t${name.replace(/ .*/, '')}`)
    await offers('deployment token list --deployment-id ', placed(['default deployment', 'staging']))
    await offers(`deployment token --workspace-id ${ids['data']} --deployment-id `, placed(['staging']))
    await offers('workspace token list --workspace-id ', placed(['default workspace', 'data']))
    await offers('service deployment create x --workspace-id ', placed(['default workspace', 'data']))
    await offers('role list --organization-id ', placed(['default organization']))
    await offers('service role list --organization-id ', placed(['default organization']))
  })

  it('completes entries of the embedded service by their names', async () => {
    const named = (names: string[]) => names.map((name) => `${name.replace(/ .*/, '')}\t${ids[name]}`)
    await offers('service deployment delete ', named(['default deployment', 'staging']))
    await offers('service workspace delete d', named(['default workspace', 'data']))
    await offers('service organization delete ', named(['default organization']))
    await offers('service role delete ', named(['deployer']))
    await offers('service user delete ', named(['ann@example.com']))
  })

  it('completes built-in roles, and custom ones where they can be held', async () => {
    await offers('deployment token create --role ', [DEPLOYMENT_ADMIN, 'deployer\tDeploys'])
    await offers('deployment token create -r=de', ['-r=deployer\tDeploys'])
    await offers('organization token list --role de', ['deployer\tDeploys'])
    await offers('workspace token create --role de', [])
  })

  it('completes contexts that the command can use', async () => {
    const folder = tempFolder()
    const contexts = [
      {vendor: 'astro', name: 'prod', places: {}},
      {vendor: 'embedded', name: 'local', places: {}},
      {vendor: 'tiny', name: 'shelf', places: {}},
    ]
    await keepSettings(join(folder, 'config'), {contexts, current: {}}, WITH_TINY)
    const options = {home: folder, vendors: WITH_TINY}
    const embedded = 'embedded\tThe embedded service'
    await offers('deployment list --context ', [embedded, 'prod\tastro', 'local\tembedded'], options)
    await offers('service start --context ', [embedded, 'local\tembedded'], options)
    await offers('token verify --context ', [embedded, 'local\tembedded'], options)
  })

  it('completes the contexts of every vendor for commands about contexts', async () => {
    const folder = tempFolder()
    const contexts = [
      {vendor: 'astro', name: 'prod', places: {}},
      {vendor: 'tiny', name: 'prod', places: {}},
      {vendor: 'tiny', name: 'shelf', places: {}},
      {vendor: 'embedded', name: 'local', places: {}},
    ]
    await keepSettings(join(folder, 'config'), {contexts, current: {}}, WITH_TINY)
    const options = {home: folder, vendors: WITH_TINY}
    const embedded = 'embedded\tThe embedded service'
    const own = ['prod\tastro, tiny', 'shelf\ttiny', 'local\tembedded']
    for (const words of [
      'context show',
      'context use',
      'login --context',
      'logout --context',
      'whoami --context',
      'token list --context',
    ]) {
      await offers(`${words} `, [embedded, ...own], options)
    }
    await offers('context remove ', own, options)
    await offers('context remove --vendor tiny ', ['prod\ttiny', 'shelf\ttiny', 'local\tembedded'], options)
    await offers('context add x --vendor ', ['astro', 'motherduck', 'deltastream', 'embedded'])
    await offers('login --vendor ', ['astro', 'motherduck', 'deltastream'])
  })

  it('takes an empty word as PowerShell has to pass it', async () => {
    expect(await lines('completion ""')).to.deep.equal(['bash', 'zsh', 'fish', 'powershell', ':4'])
  })

  it('makes no store where there is none, and offers what needs none', async () => {
    const folder = tempFolder()
    await offers('deployment token delete ', [], {home: folder})
    await offers('service user delete ', [], {home: folder})
    await offers('deployment token create --role ', ['DEPLOYMENT_ADMIN'], {home: folder})
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('changes no file of a store, not even one of an older version', async () => {
    for (const make of [
      (to: string) => cpSync(home, to, {recursive: true}),
      (to: string) => makeOldStore(join(to, 'data')),
    ]) {
      const folder = tempFolder()
      make(folder)
      const read = () =>
        readdirSync(join(folder, 'data')).map((name) => readFileSync(join(folder, 'data', name), 'latin1'))
      const unchanged = read()
      await runTokenry(['__complete', '--', 'deployment', 'token', 'delete', ''], {home: folder})
      expect(read()).to.deep.equal(unchanged)
    }
  })

  it('offers nothing of a place that is not there or not chosen', async () => {
    await offers('deployment token delete ', [])
    const folder = tempFolder()
    cpSync(home, folder, {recursive: true})
    await runTokenry(['service', 'organization', 'create', 'acme'], {home: folder})
    await offers('organization token delete ', [], {home: folder})
    await offers('deployment token create --role DEP', ['DEPLOYMENT_ADMIN'], {home: folder})
    await offers('deployment token delete --deployment-id none ', [])
  })

  describe('prints nothing and exits 0', () => {
    async function expectNothing(argv: string[], options: Partial<RunOptions> = {}): Promise<void> {
      expect(await runTokenry(['__complete', ...argv], {home, ...options}), argv.join(' ')).to.deep.equal(NOTHING)
    }
    const TOKENS = ['--', 'deployment', 'token', 'delete', '']

    it('for a store that is damaged', async () => {
      const folder = tempFolder()
      mkdirSync(join(folder, 'data'), {mode: 0o700})
      writeFileSync(join(folder, 'data', 'tokenry.db'), 'not a database '.repeat(1000), {mode: 0o600})
      await expectNothing(TOKENS, {home: folder})
      await expectNothing(['--', 'deployment', 'token', 'create', '--role', ''], {home: folder})
    })

    it('for settings that are damaged', async () => {
      const folder = tempFolder()
      mkdirSync(join(folder, 'config'), {mode: 0o700})
      writeFileSync(join(folder, 'config', 'settings.json'), '{', {mode: 0o600})
      await expectNothing(TOKENS, {home: folder})
      await expectNothing(['--', 'deployment', 'list', '--context', ''], {home: folder})
    })

    it('for an environment that the command itself would refuse', async () => {
      for (const env of [
        {TOKENRY_HOME: ''},
        {ASTRO_API_TOKEN: ''},
        {TOKENRY_MASTER_KEY: 'x'},
        {TOKENRY_DEPLOYMENT_ID: ''},
      ]) {
        await expectNothing(TOKENS, {env})
      }
    })

    it('under DEBUG too, and where stdout cannot be written to', async () => {
      await expectNothing(TOKENS, {env: {DEBUG: '*', TOKENRY_MASTER_KEY: 'x'}})
      await expectNothing(TOKENS, {stdoutFails: 'EPIPE'})
      await expectNothing(TOKENS, {stdoutFails: 'ENOSPC'})
    })

    it('if the answer takes longer than a second', async () => {
      const vendors = [{...ASTRO, loadPeople: () => new Promise<never>(() => {})}]
      await expectNothing(['--', 'service', 'user', 'delete', ''], {vendors})
    })
  })

  it('prints only :4 after a word that is wrong, and for no words at all', async () => {
    expect(await lines('nothing ')).to.deep.equal([':4'])
    expect((await runTokenry(['__complete', '--json'], {home})).stdout).to.equal(
      '--json\tPrint one JSON document\n:4\n',
    )
    expect((await runTokenry(['__complete'], {home})).stdout).to.match(/^completion\t/)
  })

  it('shows no secret that the environment or the command line holds', async () => {
    const [secret = ''] = secrets
    const env = {DEBUG: '*', TOKENRY_VERIFY_TOKEN: secret}
    for (const typed of [
      'deployment token delete ',
      'deployment token get ',
      'token verify --token-file ',
      `deployment token get ${secret.slice(0, 50)}`,
      `deployment token rotate --name ${secret} `,
      `deployment token rotate --name=${secret}`,
      `deployment token rotate --context ${secret} --name `,
      `${secret} `,
    ]) {
      const {stdout, stderr} = await runTokenry(['__complete', '--', ...typed.split(' ')], {home, env})
      for (const value of secrets) expect(stdout + stderr, typed).to.not.contain(value.slice(80, 140))
    }
  })

  it('is in no help, no list of commands and no suggestion', async () => {
    for (const argv of [['--help'], ['help', '__complete'], ['__complet'], ['_complete', '--json']]) {
      const {stdout, stderr} = await runTokenry(argv, {home})
      expect((stdout + stderr).replaceAll(argv.at(-1) ?? '', ''), argv.join(' ')).to.not.contain('__complete')
    }
    for (const file of ['oclif.manifest.json', 'docs/commands.md', 'README.md']) {
      expect(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8')).to.not.contain('__complete')
    }
    expect(existsSync(join(import.meta.dirname, '../../../docs/schemas/__complete.json'))).to.equal(false)
  })
})

describe('tokenry completion', () => {
  it('refuses a shell that it does not know, and says which there are', async () => {
    const run = await runTokenry(['completion', 'tcsh'], {home: tempFolder()})
    expect(run).to.deep.equal({
      exitCode: 2,
      stdout: '',
      stderr: 'Error: No completion for tcsh\nGive one of bash, zsh, fish, powershell\n',
    })
    expect(await runTokenry(['completion'], {home: tempFolder()})).to.include({exitCode: 2, stdout: ''})
  })
})

/**
 * Tokens of every scope, with roles in each other's places, further places, a custom role and a
 * person.
 */
async function fillHome(home: string): Promise<{ids: Ids; secrets: string[]}> {
  const ids: Ids = {}
  const secrets: string[] = []
  let nowMs = Date.parse('2026-11-22T12:00:00Z')
  async function run(argv: string[]): Promise<Record<string, unknown>> {
    nowMs += 1000
    const done = await runTokenry([...argv, '--json'], {home, nowMs})
    expect(done.exitCode, `${argv.join(' ')} ${done.stdout}`).to.equal(0)
    return resultOf(done)
  }
  async function create(words: string, name: string, more: string[] = []): Promise<void> {
    const flag = words.endsWith('token') ? ['create', '-n', name, '-e', '30', ...more] : ['create', name, ...more]
    const {id, token} = await run([...words.split(' '), ...flag])
    ids[name] = String(id)
    if (token) secrets.push(String(token))
  }
  await create('deployment token', 'ci', ['-r', 'DEPLOYMENT_ADMIN'])
  await create('deployment token', 'my deploy', ['-r', 'DEPLOYMENT_ADMIN'])
  await create('workspace token', 'team', ['-r', 'WORKSPACE_OWNER'])
  await create('workspace token', 'loose', ['-r', 'WORKSPACE_MEMBER'])
  await create('organization token', 'ops', ['-r', 'ORGANIZATION_OWNER'])
  await create('organization token', 'free', ['-r', 'ORGANIZATION_MEMBER'])
  await create('deployment token', 'runner', ['--agent'])
  await run(['deployment', 'token', 'workspace-token', 'add', '-n', 'team', '-r', 'DEPLOYMENT_ADMIN'])
  await run(['deployment', 'token', 'organization-token', 'add', '-n', 'ops', '-r', 'DEPLOYMENT_ADMIN'])
  for (const noun of ['organization', 'workspace', 'deployment']) {
    const [first] = (await run(['service', noun, 'list'])) as unknown as {id: string}[]
    ids[`default ${noun}`] = String(first?.id)
  }
  await create('service workspace', 'data')
  await create('service role', 'deployer', ['--description', 'Deploys'])
  await create('service user', 'ann@example.com')
  await create('service deployment', 'staging', ['--workspace-id', String(ids['data'])])
  return {ids, secrets}
}
