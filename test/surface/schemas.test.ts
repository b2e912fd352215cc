import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Ajv2020} from 'ajv/dist/2020.js'
import {expect} from 'chai'
import {staleFiles} from '../../scripts/generated-files.ts'
import {buildSchemas, SCHEMA_FOLDER, schemaFileOf} from '../../scripts/schemas.ts'
import {COMMANDS} from '../../src/commands/index.ts'
import {type Run, type RunOptions, resultOf, runTokenry, stopSoon, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const ROOT = join(import.meta.dirname, '../..')
const DAY_MS = 86_400_000

describe('schemas of --json', () => {
  it('are up to date', () => {
    expect(staleFiles(buildSchemas(), SCHEMA_FOLDER)).to.deep.equal([])
  })

  it('are there for every command', () => {
    const files = [...Object.keys(COMMANDS), null].map(schemaFileOf)
    expect(Object.keys(buildSchemas()).sort()).to.deep.equal(files.sort())
  })

  it('describe what every command prints when it succeeds', async () => {
    const home = tempFolder()
    const described = new Set<string>()
    async function run(id: string, argv: string[] = [], options: Partial<RunOptions> = {}): Promise<Run> {
      const done = await runTokenry([...id.split(':'), ...argv, '--json'], {home, ...options})
      expect(done.exitCode, `${id} ${argv.join(' ')} ${done.stdout}`).to.equal(0)
      expectValid(id, done)
      described.add(id)
      return done
    }
    async function runGrants(group: string, token: string[], role: string): Promise<void> {
      await run(`${group}:add`, [...token, '--role', role])
      await run(`${group}:update`, [...token, '--role', role, '--dry-run'])
      await run(`${group}:update`, [...token, '--role', role])
      await run(`${group}:list`)
      await run(`${group}:get`, token)
      await run(`${group}:remove`, token)
    }
    await run('deployment:token:list')
    await run('service:role:create', ['deployer', '--description', 'Deploys'])
    await run('service:role:list')
    await run('role:list')
    await run('service:role:delete', ['deployer', '-f'])
    const created = resultOf(await run('deployment:token:create', ['-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']))
    await run('deployment:token:create', ['-n', 'endless', '-r', 'DEPLOYMENT_ADMIN'])
    const output = ['--output', join(home, 'new.txt')]
    await run('deployment:token:create', ['-n', 'filed', '-r', 'DEPLOYMENT_ADMIN', ...output])
    const [id, stdin] = [String(created['id']), String(created['token'])]
    await run('deployment:list')
    await run('token:verify', [], {stdin})
    await run('token:inspect', [], {stdin})
    await run('token:revoke', ['--token-file', '-', '--dry-run'], {stdin})
    const leaked = resultOf(await run('deployment:token:create', ['-n', 'leaked', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']))
    await run('token:revoke', ['--token-file', '-', '-f'], {stdin: String(leaked['token'])})
    await run('token:inspect', [], {stdin: jwtOf({exp: 'no time', aud: {nested: [1]}})})
    await run('deployment:token:get', [id])
    await run('deployment:token:update', [id, '-d', 'text'])
    await run('deployment:token:rotate', [id, '-f'])
    await run('deployment:token:rotate', ['--name', 'endless', '-f', '--output', join(home, 'newer.txt')])
    await run('deployment:token:list')
    await run('deployment:token:delete', [id, '-f'])
    await run('deployment:token:list', ['--ended'])
    await run('deployment:token:create', ['--agent', '-n', 'agent', '-e', '1'])
    await run('deployment:token:list', ['--agent'])
    await run('organization:list')
    await run('organization:token:create', ['-n', 'ops', '-r', 'ORGANIZATION_OWNER', '-e', '1'])
    await run('workspace:list')
    await run('workspace:token:create', ['-n', 'team', '-r', 'WORKSPACE_MEMBER', '-e', '1'])
    await runGrants('workspace:token:organization-token', ['--org-token-name', 'ops'], 'WORKSPACE_MEMBER')
    await runGrants('deployment:token:organization-token', ['--org-token-name', 'ops'], 'DEPLOYMENT_ADMIN')
    await runGrants('deployment:token:workspace-token', ['--workspace-token-name', 'team'], 'DEPLOYMENT_ADMIN')
    await run('workspace:token:add', ['-n', 'ops', '-r', 'WORKSPACE_OWNER', '--dry-run'])
    await run('workspace:token:add', ['-n', 'ops', '-r', 'WORKSPACE_OWNER'])
    await run('organization:token:roles', ['--name', 'ops'])
    for (const [scope, name] of [
      ['organization', 'ops'],
      ['workspace', 'team'],
    ] as const) {
      await run(`${scope}:token:update`, ['-t', name, '-d', 'text'])
      await run(`${scope}:token:rotate`, ['-t', name, '--dry-run'])
      await run(`${scope}:token:rotate`, ['-t', name, '-f', '--grace', '24h'])
      await run(`${scope}:token:list`)
      await run(`${scope}:token:get`, ['-t', name])
      await run(`${scope}:token:delete`, ['-t', name, '--dry-run'])
      await run(`${scope}:token:delete`, ['-t', name, '-f'])
    }
    await run('service:start', ['--port', '0'], {signals: stopSoon()})
    const readyFile = ['--ready-file', join(home, 'ready.json')]
    await run('service:start', ['--ephemeral', '--port', '0', ...readyFile], {signals: stopSoon()})
    await run('service:user:create', ['ann@example.com'])
    await run('service:user:list')
    await run('service:user:delete', ['ann@example.com', '-f'])
    await run('service:workspace:create', ['data', '--description', 'Pipelines'])
    await run('service:workspace:list')
    await run('service:workspace:delete', ['data', '-f'])
    await run('service:organization:create', ['acme'])
    await run('service:organization:list')
    await run('service:organization:delete', ['acme', '-f'])
    await run('service:deployment:create', ['staging'])
    await run('service:deployment:list')
    await run('service:deployment:delete', ['staging', '-f'])
    await run('help', ['deployment'])
    await run('help', ['exit-codes'])
    await run('help', ['environment'])
    await run('completion', ['bash'])
    expect([...described].sort()).to.deep.equal(Object.keys(COMMANDS).sort())
  })

  for (const id of Object.keys(COMMANDS)) {
    it(`describe what ${id.replaceAll(':', ' ')} prints when it fails`, async () => {
      const home = tempFolder()
      const words = id.split(':')
      const runs = [
        await runTokenry([...words, '--bogus', '--json'], {home}),
        await runTokenry([...words, '--json', '--context', 'nowhere'], {home, stdin: 'x'}),
        await runTokenry([...words, '--json'], {home, env: {TOKENRY_HOME: ''}}),
        await runTokenry([...words, '--json', '--clean-output'], {home}),
      ]
      const failed = runs.filter(({exitCode}) => exitCode !== 0)
      expect(failed).to.have.length.greaterThan(0)
      for (const run of failed) expectValid(id, run)
    })
  }

  it('describe what a check finds, beside its error', async () => {
    const home = tempFolder()
    const argv = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '2', '--json']
    const {id, token} = resultOf<{id: string; token: string}>(await runTokenry(argv, {home}))
    async function check(command: string, stdin: string, options: {argv?: string[]; nowMs?: number} = {}) {
      const words = [...command.split(':'), ...(options.argv ?? []), '--json']
      const run = await runTokenry(words, {home, stdin, nowMs: options.nowMs ?? TEST_NOW})
      expect(run.exitCode, `${command} ${run.stdout}`).to.equal(10)
      expectValid(command, run)
    }
    await check('token:verify', 'no JWT')
    await check('token:verify', jwtOf({iss: 'somebody'}))
    await check('token:verify', `${token.slice(0, -6)}AAAAAA`)
    await check('token:verify', token, {argv: ['--valid-for', '14d']})
    await check('token:verify', token, {nowMs: TEST_NOW + 3 * DAY_MS})
    await check('token:inspect', 'no JWT')
    await check('token:inspect', token, {argv: ['--valid-for', '14d']})
    await runTokenry(['deployment', 'token', 'rotate', id, '-f'], {home})
    await check('token:verify', token)
    await runTokenry(['deployment', 'token', 'delete', id, '-f'], {home})
    await check('token:verify', token)
  })

  it('describe what is wrong by field', async () => {
    const argv = ['deployment', 'token', 'create', '-n', 'x'.repeat(300), '-r', 'DEPLOYMENT_ADMIN', '--json']
    const run = await runTokenry(argv, {home: tempFolder()})
    expect(JSON.parse(run.stdout).error.fieldErrors).to.have.lengthOf(1)
    expectValid('deployment:token:create', run)
  })

  it('describe what is printed when no command is found', async () => {
    for (const argv of [
      ['nothing', '--json'],
      ['deployment', 'token', 'nothing', '--json'],
    ]) {
      expectValid(null, await runTokenry(argv, {home: tempFolder()}))
    }
  })

  it('describe documents on stderr too, where stdout cannot be written', async () => {
    const argv = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '--json']
    const {stderr, ...run} = await runTokenry(argv, {home: tempFolder(), stdoutFails: 'ENOSPC'})
    expectValid('deployment:token:create', {...run, stdout: stderr, stderr: ''})
  })

  it('refuse what is not described, so that these tests say something', () => {
    const document = {ok: true, result: [], warnings: []}
    const validate = validatorOf('deployment:list')
    expect(validate(document)).to.equal(true)
    expect(validate({...document, extra: 1})).to.equal(false)
    expect(validate({...document, result: [{id: 'x'}]})).to.equal(false)
    expect(validate({...document, ok: false})).to.equal(false)
  })
})

function expectValid(id: string | null, run: Run): void {
  const validate = validatorOf(id)
  expect(validate(JSON.parse(run.stdout)), `${id} ${JSON.stringify(validate.errors)} ${run.stdout}`).to.equal(true)
}

const ajv = new Ajv2020({allErrors: true, allowUnionTypes: true})
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)

/** The committed schema, made strict: a reader must put up with new fields, we must not print one that is not described. */
function validatorOf(id: string | null) {
  const path = schemaFileOf(id)
  const known = ajv.getSchema(path)
  if (known) return known
  ajv.addSchema(withoutOtherFields(JSON.parse(readFileSync(join(ROOT, path), 'utf8'))), path)
  return ajv.getSchema(path) ?? expect.fail(path)
}

function withoutOtherFields<Node>(node: Node): Node {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(withoutOtherFields) as Node
  const strict = Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, withoutOtherFields(inner)]))
  return ('properties' in node ? {...strict, additionalProperties: false} : strict) as Node
}

function jwtOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({alg: 'none'})}.${part(claims)}.${'x'.repeat(43)}`
}
