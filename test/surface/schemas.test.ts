import {expect} from 'chai'
import {before} from 'mocha'
import {RESULTS} from '../../scripts/schemas/results.ts'
import type {JsonSchema} from '../../scripts/schemas/schema.ts'
import {buildSchemas, DEFINITIONS_PATH, schemaFileOf} from '../../scripts/schemas.ts'
import {DocumentSchemas, readSchema} from '../support/document-schemas.ts'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {COMMAND_RUNS} from './command-runs.ts'
import {type PreparedHome, performRun, prepareHome} from './prepared-home.ts'

/** Described, but no command of these tests prints it. Extend it with a reason. */
const UNPRINTED = [
  // Only over HTTP can a token get a role on a DAG.
  /\.deploymentId$/,
  // Only `organization token list --all` prints it; test/commands/token-list.test.ts.
  /\.entityName$/,
  // A new context is not signed in yet.
  /\.credential\.origin$/,
  // Tokens of Astro do not have their name in them.
  /\.token\.name$/,
  // Only after a failure that follows the delivery; test/commands/many-secrets.test.ts.
  /^result\[\]\.file$/,
]

const IDS = Object.keys(RESULTS) as (keyof typeof RESULTS)[]

describe('schemas of --json', () => {
  const schemas = new DocumentSchemas()
  let prepared: PreparedHome
  before(async () => {
    prepared = await prepareHome()
  })

  it('are there for every command', () => {
    const files = [...IDS, null].map(schemaFileOf)
    expect(Object.keys(buildSchemas()).sort()).to.deep.equal([DEFINITIONS_PATH, ...files].sort())
  })

  it('have every definition once: only definitions.json has the error codes and the fields of a token', () => {
    for (const [path, text] of Object.entries(buildSchemas())) {
      if (path === DEFINITIONS_PATH) continue
      expect(text, path).to.not.match(/"(NOT_FOUND|shortToken|hint)"/)
      expect(text.split('\n'), path).to.have.length.below(70)
    }
  })

  for (const id of IDS) {
    it(`describe what ${id.replaceAll(':', ' ')} prints, and nothing that it never prints`, async () => {
      const results: unknown[] = []
      for (const run of COMMAND_RUNS[id].runs) {
        const {stdout, stderr} = await performRun(prepared, {id, run, flags: ['--json']})
        expect(stderr).to.equal('')
        schemas.expectValid(id, stdout)
        results.push(JSON.parse(stdout).result)
      }
      const described = readSchema(schemaFileOf(id)).oneOf?.[0]?.properties?.['result'] ?? {}
      const unprinted = listUnprinted(described, results, 'result')
      expect(unprinted.filter((path) => !UNPRINTED.some((known) => known.test(path)))).to.deep.equal([])
    })

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
      for (const {stdout} of failed) schemas.expectValid(id, stdout)
    })
  }

  it('describe what is wrong by field', async () => {
    const argv = ['deployment', 'token', 'create', '-n', 'x'.repeat(300), '-r', 'DEPLOYMENT_ADMIN', '--json']
    const {stdout} = await runTokenry(argv, {home: tempFolder()})
    expect(JSON.parse(stdout).error.fieldErrors).to.have.lengthOf(1)
    schemas.expectValid('deployment:token:create', stdout)
  })

  it('describe what is printed when no command is found, and for --version', async () => {
    for (const argv of [['nothing'], ['deployment', 'token', 'nothing'], ['--version']]) {
      schemas.expectValid(null, (await runTokenry([...argv, '--json'], {home: tempFolder()})).stdout)
    }
  })

  it('describe documents on stderr too, where stdout cannot be written', async () => {
    const argv = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '--json']
    const {stderr} = await runTokenry(argv, {home: tempFolder(), stdoutFails: 'ENOSPC'})
    schemas.expectValid('deployment:token:create', stderr)
  })

  it('refuse what is not described, so that these tests can fail', () => {
    const document = {schemaVersion: 1, ok: true, result: [], warnings: []}
    const validate = schemas.validatorOf('deployment:list')
    expect(validate(document)).to.equal(true)
    expect(validate({...document, extra: 1})).to.equal(false)
    expect(validate({...document, result: [{id: 'x'}]})).to.equal(false)
    expect(validate({...document, ok: false})).to.equal(false)
    expect(validate({...document, schemaVersion: 2})).to.equal(false)
  })

  it('accept, for a reader, the fields of a later version', () => {
    const validate = new DocumentSchemas({strict: false}).validatorOf('role:list')
    const role = {name: 'a', scope: 'b', description: 'c', id: null, custom: false}
    const document = {schemaVersion: 1, ok: true, warnings: []}
    expect(validate({...document, result: [{...role, later: 1}], later: 1})).to.equal(true)
    expect(validate({...document, result: [{...role, name: 1}]})).to.equal(false)
  })
})

/** Return the paths of fields that the schema describes and that no value has. */
function listUnprinted(schema: JsonSchema, values: unknown[], path: string): string[] {
  const objects = values.filter(
    (value): value is Record<string, unknown> => typeof value === 'object' && value !== null,
  )
  const {$ref, items, additionalProperties, properties = {}, anyOf = []} = schema
  return [
    ...($ref ? listUnprinted(resolve($ref), values, path) : []),
    ...(items ? listUnprinted(items, objects.filter(Array.isArray).flat(), `${path}[]`) : []),
    ...(additionalProperties ? listUnprinted(additionalProperties, objects.flatMap(Object.values), `${path}{}`) : []),
    ...anyOf.flatMap((alternative) => listUnprinted(alternative, values, path)),
    ...Object.entries(properties).flatMap(([name, field]) => {
      const printed = objects.flatMap((object) => (name in object ? [object[name]] : []))
      return printed.length === 0 ? [`${path}.${name}`] : listUnprinted(field, printed, `${path}.${name}`)
    }),
  ]
}

function resolve(reference: string): JsonSchema {
  const [, name = ''] = reference.split('#/$defs/')
  return readSchema(DEFINITIONS_PATH).$defs?.[name] ?? expect.fail(reference)
}
