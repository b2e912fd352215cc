import {cpSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {answer, openScriptedServer, type ScriptedServer} from '../support/scripted-server.ts'
import {bash, ROOT} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const ACCEPTS = answer(200, {organizations: [], offset: 0, limit: 1, totalCount: 0})
const TOKEN = [{alg: 'RS256'}, {permissions: ['organizationId:o1']}, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.')

describe('the built process of the keychain', () => {
  let home = ''
  let program = ''
  let server: ScriptedServer
  beforeEach(async () => {
    home = tempFolder()
    server = await openScriptedServer([ACCEPTS])
    // A copy of the program, which finds no package of this checkout.
    program = join(home, 'program')
    for (const part of ['bin', 'dist', 'package.json', 'oclif.manifest.json']) {
      cpSync(join(ROOT, part), join(program, part), {recursive: true})
    }
  })
  afterEach(() => server.close())

  /** Install a package of the keychain that writes its HOME to the returned file. */
  function install(folder: string): string {
    const mark = join(home, 'mark')
    const code = `
      require('node:fs').writeFileSync(${JSON.stringify(mark)}, process.env.HOME)
      exports.Entry = class { setSecret() {} }`
    const own = join(folder, '@napi-rs', 'keyring')
    mkdirSync(own, {recursive: true})
    writeFileSync(join(own, 'package.json'), '{"main": "index.js"}')
    writeFileSync(join(own, 'index.js'), code)
    return mark
  }

  /** Sign in with the copy, and return where it has stored the token. */
  async function signIn(env: Record<string, string> = {}): Promise<string> {
    const run = `${JSON.stringify(process.execPath)} ${JSON.stringify(join(program, 'bin', 'run.js'))}`
    const script = `
      set -e
      ${run} context add prod --vendor astro --api-url ${server.url.href} > added
      ${run} login --context prod --credential-file - --json`
    const done = await bash(script, {home, env, stdin: TOKEN})
    expect(done, done.stdout + done.stderr).to.include({exitCode: 0, stderr: ''})
    return JSON.parse(done.stdout).result.store
  }

  it('loads the package next to the program, which finds the home folder', async () => {
    const mark = install(join(program, 'node_modules'))
    expect(await signIn()).to.equal('keychain')
    expect(readFileSync(mark, 'utf8')).to.equal(home)
  })

  it('loads no package from NODE_PATH', async () => {
    const mark = install(join(home, 'foreign'))
    expect(await signIn({NODE_PATH: join(home, 'foreign')})).to.equal('file')
    expect(existsSync(mark)).to.equal(false)
  })

  for (const folder of ['.node_modules', '.node_libraries']) {
    it(`loads no package from ${folder} in the home folder`, async () => {
      const mark = install(join(home, folder))
      expect(await signIn()).to.equal('file')
      expect(existsSync(mark)).to.equal(false)
    })
  }
})
