import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {TokenService} from '../../src/service/token-service.ts'
import {openAstroHttp} from '../support/astro-http.ts'
import {openMotherDuckHttp} from '../support/motherduck-http.ts'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

interface Target {
  service: TokenService
  env: Record<string, string>
  /** Its name, and its secret. */
  own: {name: string; token: string}
  other: {name: string; token: string}
  close(): Promise<void>
}

const OWNER = {name: 'other', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER', entityId: ''} as const

/** How to reach each vendor's API, and to change several tokens there. */
const VENDORS = {
  astro: {
    rotate: 'organization token rotate',
    end: 'organization token delete',
    async open(): Promise<Target> {
      const http = await openAstroHttp()
      const other = await http.create(OWNER)
      const server = await http.listen()
      const env = {ASTRO_API_TOKEN: http.ownerToken.token, ASTRO_DOMAIN: `127.0.0.1:${server.port}`}
      return {service: http.service, env, own: http.ownerToken, other, close: () => server.stop(0)}
    },
  },
  motherduck: {
    rotate: 'motherduck token rotate --revoke-old --user admin',
    end: 'motherduck token delete --user admin',
    async open(): Promise<Target> {
      const http = await openMotherDuckHttp()
      const other = await http.owner.createToken('admin', {name: 'other'})
      const server = await http.listen()
      const env = {
        MOTHERDUCK_TOKEN: http.adminToken.token,
        MOTHERDUCK_API_BASE_URL: `http://127.0.0.1:${server.port}`,
      }
      const named = (minted: {token: string}, name: string) => ({token: minted.token, name})
      const [own, second] = [named(http.adminToken, 'first'), named(other, 'other')]
      return {service: http.service, env, own, other: second, close: () => server.stop(0)}
    },
  },
}

for (const [vendor, {rotate, end, open}] of Object.entries(VENDORS)) {
  describe(`the token that several tokens are changed with, over HTTP: ${vendor}`, () => {
    let target: Target
    beforeEach(async () => {
      target = await open()
    })
    afterEach(async () => {
      await target.close()
      await target.service.close()
    })

    async function change(line: string): Promise<void> {
      const {own, other, env} = target
      const argv = [...line.split(' '), own.name, other.name, '--force', '--json']
      const done = await runTokenry(argv, {home: tempFolder(), env, waits: []})
      expect(done.exitCode, done.stdout).to.equal(0)
      const outcomes = resultOf<{wanted: string; ok: boolean}[]>(done)
      expect(outcomes.map(({wanted, ok}) => [wanted, ok])).to.deep.equal([
        [own.name, true],
        [other.name, true],
      ])
    }

    const live = async (secrets: string[]) => {
      const verdicts = await Promise.all(secrets.map((secret) => target.service.verify(secret)))
      return verdicts.map(({valid}) => valid)
    }

    it('gets its new secret last, because no call can be made with the old one after that', async () => {
      const folder = join(tempFolder(), 'secrets')
      await change(`${rotate} --output-dir ${folder}`)
      const {own, other} = target
      const files = [own, other].map(({name}) => readFileSync(join(folder, name), 'utf8'))
      expect(await live([own.token, other.token, ...files])).to.deep.equal([false, false, true, true])
    })

    it('ends last, with --self', async () => {
      await change(`${end} --self`)
      expect(await live([target.own.token, target.other.token])).to.deep.equal([false, false])
    })
  })
}
