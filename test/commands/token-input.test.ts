import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {DAMAGES, makeForeignToken, SURROUNDINGS} from '../support/token-surroundings.ts'

const SCOPES = ['deployment', 'workspace', 'organization'] satisfies Scope[]

const UTF_16: Record<string, (text: string) => Buffer> = {
  'UTF-16LE with a BOM': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE with a BOM': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'UTF-16LE without a BOM': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE without a BOM': (text) => Buffer.from(text, 'utf16le').swap16(),
  'UTF-16LE in curly quotes': (text) => Buffer.from(`\u201c${text}\u201d\r\n`, 'utf16le'),
}

describe('a token that is read from outside', () => {
  let astro: AstroHome
  let file = ''
  beforeEach(async () => {
    astro = await openAstroHome()
    file = join(astro.home, 'token.txt')
  })

  const write = (content: string | Buffer) => writeFileSync(file, content, {mode: 0o600})

  for (const [name, surround] of Object.entries(SURROUNDINGS)) {
    it(`is accepted with ${name}: from a file, stdin and a variable, in every command that reads a token`, async () => {
      const {id, token} = await astro.make('deployment', 'ci')
      const given = surround(token)
      write(given)
      for (const verb of ['verify', 'inspect']) {
        for (const options of [{stdin: given}, {env: {TOKENRY_VERIFY_TOKEN: given}}]) {
          expect(await astro.run(`token ${verb}`, options), verb).to.include({exitCode: 0, stderr: ''})
        }
        expect(await astro.run(`token ${verb} --token-file ${file}`), verb).to.include({exitCode: 0, stderr: ''})
      }
      const rotated = await astro.json<{id: string; token: string}>(
        `deployment token rotate --token-file ${file} --force`,
      )
      expect(rotated.id).to.equal(id)
      write(surround(rotated.token))
      expect(await astro.json(`deployment token delete --token-file ${file} --force`)).to.include({id, ended: true})
      expect(await astro.valid(rotated.token)).to.equal(false)
    })
  }

  it('is read from standard input by --token-file -, in every command that takes a file', async () => {
    const {id, token} = await astro.make('deployment', 'ci')
    for (const verb of ['verify', 'inspect']) {
      expect(await astro.run(`token ${verb} --token-file -`, {stdin: token}), verb).to.include({exitCode: 0})
    }
    const got = await astro.run('deployment token get --token-file - --json', {stdin: token})
    expect(JSON.parse(got.stdout).result).to.include({id})
    const rotated = await astro.run('deployment token rotate --token-file - -f -c', {stdin: token})
    expect(rotated).to.include({exitCode: 0})
    const deleted = await astro.run('deployment token delete --token-file - -f --json', {stdin: rotated.stdout})
    expect(JSON.parse(deleted.stdout).result).to.include({id, ended: true})
    for (const verb of ['token verify', 'deployment token delete -f']) {
      const typed = await astro.run(`${verb} --token-file -`, {tty: true})
      expect(typed.exitCode, verb).to.equal(2)
      expect(typed.stderr, verb).to.contain('cannot be typed at a terminal')
    }
  })

  it('is missing if there is only white space', async () => {
    for (const blank of ['', '\n', ' \t\r\n', '\ufeff', '\u00a0\u200b']) {
      write(blank)
      await astro.refused(`token verify --token-file ${file}`, {exitCode: 2, words: ['No token in']})
      await astro.refused('token verify', {exitCode: 2, words: ['No token in']}, {stdin: blank})
      const empty = {exitCode: 3, words: ['TOKENRY_VERIFY_TOKEN is set but empty']}
      await astro.refused('token verify', empty, {env: {TOKENRY_VERIFY_TOKEN: blank}})
    }
  })

  for (const scope of SCOPES) {
    for (const [name, damage] of Object.entries(DAMAGES)) {
      it(`is USAGE in --token-file, and never NOT_FOUND, with ${name}: ${scope} token delete and rotate`, async () => {
        const {id, token} = await astro.make(scope, 'ci')
        write(damage(token))
        for (const verb of ['delete', 'rotate']) {
          for (const more of ['', ' --dry-run', ` ${id}`, ' --name ci']) {
            const {stderr} = await astro.refused(`${scope} token ${verb} --token-file ${file} --force${more}`, {
              exitCode: 2,
            })
            expect(stderr).to.match(/is not a token|More than one line/)
            expect(stderr).to.not.contain(token.slice(60, 90))
          }
        }
        expect(await astro.valid(token)).to.equal(true)
      })
    }
  }

  it('is USAGE if it is damaged, before a missing deployment is reported', async () => {
    write('changeme')
    const gone = {env: {TOKENRY_DEPLOYMENT_ID: 'cnone'}}
    const line = `deployment token delete --token-file ${file} --force`
    await astro.refused(line, {exitCode: 2, words: ['is not a token']}, gone)
  })

  it('is USAGE with a truncated or changed signature while its token exists, and NOT_FOUND after the deletion', async () => {
    const {id, token} = await astro.make('deployment', 'ci')
    const line = `deployment token delete --token-file ${file} --force`
    const damaged = [token.slice(0, -1), token.slice(0, -40), `${token}x`, `${token.slice(0, -4)}AAAA`]
    for (const value of damaged) {
      write(value)
      await astro.refused(line, {exitCode: 2, words: [id, 'one of its secrets']})
    }
    await astro.json(`deployment token delete ${id} --force`)
    for (const value of [...damaged, token]) {
      write(value)
      await astro.refused(line, {exitCode: 6, words: ['does not hold the secret of a token here']})
    }
  })

  it('is USAGE with any changed claim while its token exists', async () => {
    const {id, token} = await astro.make('deployment', 'ci')
    const [header = '', payload = '', signature = ''] = token.split('.')
    const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString())
    for (const name of ['iss', 'sub', 'org_id']) {
      const changed = {...claims, [name]: String(claims[name]).replace(/.$/, '_')}
      write([header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.'))
      for (const verb of ['delete', 'rotate']) {
        const line = `deployment token ${verb} --token-file ${file} --force`
        await astro.refused(line, {exitCode: 2, words: ['was changed', 'id of the token']})
      }
    }
    expect(await astro.json(`deployment token delete ${id} --force`)).to.include({ended: true})
  })

  it('is NOT_FOUND if another installation created it', async () => {
    write(await makeForeignToken())
    await astro.refused(`deployment token delete --token-file ${file} --force`, {exitCode: 6, words: ['not ours']})
  })

  for (const [name, encode] of Object.entries(UTF_16)) {
    it(`is USAGE that names the encoding in ${name}, and the command in the hint converts the file`, async () => {
      const {id, token} = await astro.make('deployment', 'ci')
      const content = encode(token)
      write(content)
      const named = {exitCode: 2, words: ['UTF-16', 'iconv']}
      const lines = ['deployment token delete -f', 'deployment token rotate -f', 'token verify', 'token inspect']
      for (const line of lines) await astro.refused(`${line} --token-file ${file}`, named)
      await astro.refused('token verify', named, {stdin: content})
      const {stderr} = await astro.refused(`token verify --token-file ${file}`, named)
      const [, command = ''] = /with: (.+)/.exec(stderr) ?? []
      expect(await bash(command, {home: astro.home})).to.include({exitCode: 0, stderr: ''})
      const converted = await astro.run(`deployment token delete --token-file ${file}.utf8 -f --json`)
      if (name.includes('quotes')) expect(converted.exitCode).to.equal(2)
      else expect(JSON.parse(converted.stdout).result).to.include({id})
    })
  }
})
