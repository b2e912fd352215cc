import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const DAY_MS = 86_400_000

describe('token', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})

  async function create(days = '30'): Promise<{id: string; token: string}> {
    const argv = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', days, '--json']
    return resultOf(await run(argv))
  }

  function unsigned(claims: Record<string, unknown>): string {
    const encode = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url')
    return `${encode({alg: 'none'})}.${encode(claims)}.c2ln`
  }

  describe('verify', () => {
    it('prints the token, its role, its scope and its expiry', async () => {
      const {id, token} = await create()
      const {exitCode, stdout, stderr} = await run(['token', 'verify'], {stdin: `${token}\n`})
      expect({exitCode, stderr}).to.deep.equal({exitCode: 0, stderr: ''})
      expect(stdout.split('\n')[0]).to.equal('valid')
      for (const word of [id, 'ci', 'DEPLOYMENT_ADMIN', 'DEPLOYMENT c', '2026-12-22T12:00:00Z']) {
        expect(stdout).to.contain(word)
      }
    })

    it('reads the token from a file, from TOKENRY_VERIFY_TOKEN, or from stdin', async () => {
      const {token} = await create()
      const file = join(home, 'token.txt')
      writeFileSync(file, `${token}\n`, {mode: 0o600})
      expect(await run(['token', 'verify', '--token-file', file])).to.include({exitCode: 0})
      expect(await run(['token', 'verify'], {env: {TOKENRY_VERIFY_TOKEN: token}})).to.include({exitCode: 0})
      expect(await run(['token', 'verify'], {stdin: token})).to.include({exitCode: 0})
    })

    it('never reads the token from an argument, and does not repeat it', async () => {
      const {token} = await create()
      const refused = await run(['token', 'verify', token])
      expect(refused).to.include({exitCode: 2, stdout: ''})
      expect(refused.stderr).to.not.contain(token.slice(60, 100))
    })

    it('refuses an empty input, several lines, an empty variable, and a terminal', async () => {
      const {token} = await create()
      expect(await run(['token', 'verify'], {stdin: ''})).to.include({exitCode: 2})
      expect(await run(['token', 'verify'], {stdin: `${token}\n${token}\n`})).to.include({exitCode: 2})
      expect(await run(['token', 'verify'], {env: {TOKENRY_VERIFY_TOKEN: ''}})).to.include({exitCode: 3})
      expect(await run(['token', 'verify'], {tty: true})).to.include({exitCode: 2})
    })

    it('refuses a file that others can read', async () => {
      const file = join(home, 'token.txt')
      writeFileSync(file, 'x.y.z')
      chmodSync(file, 0o640)
      const refused = await run(['token', 'verify', '--token-file', file])
      expect(refused).to.include({exitCode: 3, stdout: ''})
      expect(refused.stderr).to.contain(`chmod 600 ${file}`)
    })

    it('exits 10 with the reason for an invalid token', async () => {
      const {token} = await create()
      const other = (
        await runTokenry(['deployment', 'token', 'create', '-n', 'x', '-r', 'DEPLOYMENT_ADMIN', '-c'], {
          home: tempFolder(),
        })
      ).stdout
      const [header, payload] = token.split('.')
      const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString())
      const forged = `${header}.${Buffer.from(JSON.stringify({...claims, exp: 9_999_999_999})).toString('base64url')}.c2ln`
      for (const [value, reason] of [
        ['garbage', 'malformed'],
        [unsigned({iss: 'https://example.com'}), 'not ours'],
        [other.trim(), 'not ours'],
        [forged, 'unknown'],
        [`${token.slice(0, -6)}AAAAAA`, 'unknown'],
      ]) {
        const refused = await run(['token', 'verify', '--json'], {stdin: value ?? ''})
        expect(refused).to.include({exitCode: 10, stderr: ''})
        const document = JSON.parse(refused.stdout)
        expect(document.ok).to.equal(false)
        expect(document.result, value).to.include({valid: false, reason})
        expect(document.error).to.include({code: 'CHECK_FAILED', exitCode: 10})
      }
    })

    it('exits 10 for an expired token, and says when it ended', async () => {
      const {token} = await create('1')
      const refused = await run(['token', 'verify'], {stdin: token, nowMs: TEST_NOW + 3 * DAY_MS})
      expect(refused.exitCode).to.equal(10)
      expect(refused.stdout).to.contain('not valid').and.to.contain('expired')
      expect(refused.stderr).to.contain('2 days ago')
    })

    it('exits 10 if the token ends sooner than --valid-for', async () => {
      const {token} = await create('14')
      expect(await run(['token', 'verify', '--valid-for', '14d'], {stdin: token})).to.include({exitCode: 0})
      expect(await run(['token', 'verify', '--valid-for', 'P2W'], {stdin: token})).to.include({exitCode: 0})
      expect(await run(['token', 'verify', '--valid-for', '14d1s'], {stdin: token})).to.include({exitCode: 10})
      const refused = await run(['token', 'verify', '--valid-for', '15d', '--json'], {stdin: token})
      expect(refused.exitCode).to.equal(10)
      expect(resultOf(refused)).to.include({valid: true, reason: 'ends too soon'})
      const endless = await create('never')
      expect(await run(['token', 'verify', '--valid-for', '3650d'], {stdin: endless.token})).to.include({exitCode: 0})
    })

    it('does not count as a use', async () => {
      const {token} = await create()
      await run(['token', 'verify'], {stdin: token})
      const [listed] = resultOf<{lastUsedAt: unknown}[]>(await run(['deployment', 'token', 'list', '--json']))
      expect(listed?.lastUsedAt).to.equal(null)
    })
  })

  describe('inspect', () => {
    it('shows the claims of any JWT, offline and without a store', async () => {
      const value = unsigned({iss: 'https://example.com', sub: 'me', exp: TEST_NOW / 1000 + 86_400, aud: ['a', 'b']})
      const shown = await run(['token', 'inspect'], {stdin: value})
      expect(shown).to.include({exitCode: 0, stderr: ''})
      for (const word of ['not verified', 'https://example.com', '["a","b"]', '2026-11-23T12:00:00Z']) {
        expect(shown.stdout).to.contain(word)
      }
    })

    it('prints header and claims under --json', async () => {
      const shown = await run(['token', 'inspect', '--json'], {stdin: unsigned({iss: 'x', iat: '1790000000'})})
      expect(resultOf(shown)).to.deep.equal({
        header: {alg: 'none'},
        claims: {iss: 'x', iat: '1790000000'},
        issuer: 'x',
        subject: null,
        issuedAt: '2026-09-21T14:13:20Z',
        expiresAt: null,
        expired: false,
      })
    })

    it('exits 10 if the text is not a JWT, or if its claims end sooner than --valid-for', async () => {
      expect(await run(['token', 'inspect'], {stdin: 'garbage'})).to.include({exitCode: 10})
      const value = unsigned({exp: TEST_NOW / 1000 + 86_400})
      expect(await run(['token', 'inspect', '--valid-for', '24h'], {stdin: value})).to.include({exitCode: 0})
      expect(await run(['token', 'inspect', '--valid-for', '2d'], {stdin: value})).to.include({exitCode: 10})
    })

    it('shows an expired token without an error, because inspect does not check it', async () => {
      const shown = await run(['token', 'inspect'], {stdin: unsigned({exp: 1})})
      expect(shown.exitCode).to.equal(0)
      expect(shown.stdout).to.contain('expired')
    })

    it('prints control characters of claims escaped', async () => {
      const shown = await run(['token', 'inspect'], {stdin: unsigned({sub: '\u001b]0;title\u0007'})})
      expect(shown.stdout).to.contain('\\x1b]0;title\\x07').and.to.not.contain('\u001b')
    })
  })
})
