import {cpSync, readFileSync, writeFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {tempFolder} from '../../support/temp-folder.ts'
import {runClient} from './run-client.ts'

/**
 * The path of `md` (dkdc-md-cli): its binary, or the file core.abi3.so of its Python wheel, which
 * python3 then runs. The test copies it and points the copy here. The repository contains no part
 * of it.
 */
const MD_BIN = process.env['TEST_MD_BIN']

const API_URL = 'https://api.motherduck.com'

interface Client {
  command: string
  args: string[]
  env: Record<string, string>
}

if (!MD_BIN) console.log('Skipped: the real md, because TEST_MD_BIN is not set')
else
  describe('the real md', () => {
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

    it('manages a service account, its tokens and its ducklings', async () => {
      const md = pointHere(MD_BIN, server.port)
      const call = (...args: string[]) =>
        runClient(md.command, [...md.args, ...args], {env: {...md.env, motherduck_token: http.adminToken.token}})
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
  return {command: 'python3', args: ['-c', script], env: {PYTHONPATH: folder}}
}
