import {spawn} from 'node:child_process'
import {cpSync, readFileSync, writeFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {tempFolder} from '../../support/temp-folder.ts'

// The real clients, if a variable names them. The repository contains no part of them.

/**
 * The path of `md` (dkdc-md-cli): its binary, or the file core.abi3.so of its Python wheel, which
 * python3 then runs. The test copies it and points the copy here.
 */
const MD_BIN = process.env['TEST_MD_BIN']

const API_URL = 'https://api.motherduck.com'
const TIMEOUT_MS = 20_000

interface Client {
  command: string
  args: string[]
  env: Record<string, string>
}

interface Run {
  exitCode: number | null
  stdout: string
  stderr: string
}

if (!MD_BIN) console.log('Skipped: the real md, because TEST_MD_BIN is not set')
else
  describe('the real clients of MotherDuck', () => {
    let http: MotherDuckHttp
    let server: HttpServer
    beforeEach(async () => {
      http = await openMotherDuckHttp({inMemory: true, nowMs: Date.now()})
      server = await http.listen()
    })
    afterEach(async () => {
      await server.stop(0)
      await http.service.close()
    })

    describe('md', () => {
      it('manages a service account, its tokens and its ducklings', async () => {
        const md = pointHere(MD_BIN ?? '', server.port)
        const call = (...args: string[]) =>
          run(md.command, [...md.args, ...args], {...md.env, motherduck_token: http.adminToken.token})
        const json = async (...args: string[]) => {
          const {exitCode, stdout, stderr} = await call('-o', 'json', ...args)
          expect(exitCode, stderr).to.equal(0)
          return JSON.parse(stdout)
        }
        expect(await json('service-account', 'create', 'etl')).to.deep.include({username: 'etl'})
        const minted = await json('token', 'create', 'etl', '--name', 'ci', '--ttl', '3600')
        expect((await http.service.verify(minted.token)).valid).to.equal(true)
        const {tokens} = await http.owner.listTokens('etl')
        expect(tokens.map(({name}) => name)).to.deep.equal(['ci'])
        expect(JSON.stringify(await json('token', 'list', 'etl'))).to.contain(minted.id)
        expect(JSON.stringify(await json('duckling', 'get', 'etl'))).to.contain('standard')
        await json('token', 'delete', 'etl', minted.id, '--yes')
        expect(await http.owner.listTokens('etl')).to.deep.equal({tokens: []})
        await json('account', 'list-active')
        await json('service-account', 'delete', 'etl', '--yes')
        expect((await http.owner.listUsers({})).total_count).to.equal(1)
        expect((await call('token', 'list', 'etl')).exitCode).to.not.equal(0)
      })
    })
  })

/** Copy the binary with the address of this machine in it: contracts/motherduck.md, section 8. */
function pointHere(binary: string, port: number): Client {
  const here = `http://127.0.0.1:${String(port).padStart(API_URL.length - 'http://127.0.0.1:'.length, '0')}`
  const bytes = readFileSync(binary).toString('latin1').replaceAll(API_URL, here)
  const folder = tempFolder()
  if (!binary.endsWith('.so')) {
    const copy = join(folder, 'md')
    writeFileSync(copy, bytes, {encoding: 'latin1', mode: 0o755})
    return {command: copy, args: [], env: {}}
  }
  const module = basename(dirname(binary))
  cpSync(dirname(binary), join(folder, module), {recursive: true})
  writeFileSync(join(folder, module, basename(binary)), bytes, 'latin1')
  const script = `import sys, ${module}; sys.argv[0] = 'md'; sys.exit(${module}.main())`
  return {command: 'python3', args: ['-c', script], env: {PYTHONPATH: folder, PATH: process.env['PATH'] ?? ''}}
}

function run(command: string, args: string[], env: Record<string, string>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {env: {PATH: '', HOME: tempFolder(), ...env}, timeout: TIMEOUT_MS})
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.end()
    child.on('error', reject)
    child.on('close', (exitCode) =>
      resolve({exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString()}),
    )
  })
}
