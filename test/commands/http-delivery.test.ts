import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {MINTED, NEW_SECRET, openScriptedAstro, type ScriptedAstro} from '../support/scripted-astro.ts'
import {answer} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30'
const ROTATE = 'deployment token rotate ctok --force'
const ROTATE_AGAIN = 'Rotate it again: tokenry deployment token rotate ctok --force --deployment-id cdep'

describe('a secret of an HTTP API that cannot be written out', () => {
  let astro: ScriptedAstro
  beforeEach(async () => {
    astro = await openScriptedAstro()
  })
  afterEach(() => astro.close())

  for (const mode of ['', ' -c', ' --output -']) {
    it(`is ended again by create${mode}`, async () => {
      const run = await astro.run(CREATE + mode, {stdoutFails: 'EPIPE'})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.contain('ctok could not be written out: ').and.to.contain('; it was ended again\n')
      expect(astro.calls().slice(-2)).to.deep.equal(['create', 'delete'])
    })

    it(`has replaced the old one after rotate${mode}, which says so and how to rotate again`, async () => {
      const run = await astro.run(ROTATE + mode, {stdoutFails: 'EPIPE'})
      expect(run).to.include({exitCode: 11, stdout: ''})
      expect(run.stderr).to.contain('ctok could not be written out: ').and.to.contain('; the old one has ended\n')
      expect(run.stderr).to.contain(`\n${ROTATE_AGAIN}\n`)
      expect(astro.calls().at(-1)).to.equal('rotate')
    })
  }

  it('is reported as one document on stderr under --json', async () => {
    const created = await astro.run(`${CREATE} --json`, {stdoutFails: 'ENOSPC'})
    expect(JSON.parse(created.stderr).error).to.include({code: 'UNDELIVERED', exitCode: 11, retryable: false})
    expect(astro.calls().at(-1)).to.equal('delete')
    const rotated = await astro.run(`${ROTATE} --json`, {stdoutFails: 'ENOSPC'})
    expect(JSON.parse(rotated.stderr).error).to.include({code: 'UNDELIVERED', exitCode: 11, hint: ROTATE_AGAIN})
    expect(created.stderr + rotated.stderr).to.not.contain(NEW_SECRET)
  })

  it('is named with the command that ends it, if that fails too', async () => {
    await astro.close()
    astro = await openScriptedAstro({delete: answer(403, {message: 'no', requestId: 'r-5'})})
    const run = await astro.run(CREATE, {stdoutFails: 'EPIPE'})
    expect(run).to.include({exitCode: 11, stdout: ''})
    expect(run.stderr)
      .to.contain('API token ctok could not be written out')
      .and.to.contain('still works\n')
      .and.to.contain('status 403, request r-5\n')
      .and.to.contain('\nEnd it with: tokenry deployment token delete ctok --force --deployment-id cdep\n')
  })

  it('is not created if its destination cannot be opened', async () => {
    for (const words of [CREATE, ROTATE]) {
      const missing = await astro.run(`${words} --output ${tempFolder()}/none/token`)
      expect(missing).to.include({exitCode: 3, stdout: ''})
      const closed = await astro.run(words, {stdoutClosed: true})
      expect(closed).to.include({exitCode: 3, stdout: ''})
    }
    expect(astro.calls()).to.not.include.members(['create']).and.to.not.include.members(['rotate'])
  })

  it('is not created, and nothing at all is sent, if --output names an existing file', async () => {
    const file = join(tempFolder(), 'token')
    writeFileSync(file, 'mine')
    for (const words of [CREATE, ROTATE]) {
      expect(await astro.run(`${words} --output ${file}`)).to.include({exitCode: 7, stdout: ''})
    }
    expect(astro.calls()).to.deep.equal([])
    expect(readFileSync(file, 'utf8')).to.equal('mine')
  })

  it('goes into a new file of mode 0600 with --output', async () => {
    const file = join(tempFolder(), 'token')
    expect(await astro.run(`${ROTATE} --output ${file}`)).to.include({exitCode: 0, stdout: ''})
    expect(readFileSync(file, 'utf8')).to.equal(NEW_SECRET)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('leaves no file if the vendor refuses', async () => {
    await astro.close()
    const refusal = answer(400, {
      message: 'Invalid request: name',
      fieldErrors: [{field: 'name', code: 'max', message: 'too long'}],
    })
    astro = await openScriptedAstro({create: refusal})
    const file = join(tempFolder(), 'token')
    const run = await astro.run(`${CREATE} --output ${file}`)
    expect(run).to.include({exitCode: 2, stdout: ''})
    expect(run.stderr).to.contain('name: too long')
    expect(existsSync(file)).to.equal(false)
  })
})

describe('the end of a token over HTTP', () => {
  let astro: ScriptedAstro
  afterEach(() => astro.close())

  const wrongEnd = {...MINTED, endAt: '2027-01-01T00:00:00Z'}
  const noEnd = {...MINTED, endAt: undefined}
  const keptEnd = {...MINTED, lastRotatedAt: '2026-12-01T12:00:00Z'}

  for (const [title, words, minted, warning, clean] of [
    [
      'another one than asked for',
      CREATE,
      wrongEnd,
      'The token expires at 2027-01-01T00:00:00Z, although it should expire after 30 days',
      false,
    ],
    [
      'none, although one was asked for',
      CREATE,
      noEnd,
      'The token never expires, although it should expire after 30 days',
      true,
    ],
    [
      'one, although none was asked for',
      CREATE.replace('-e 30', '-e never'),
      wrongEnd,
      'The token expires at 2027-01-01T00:00:00Z, although it should never expire',
      false,
    ],
    [
      'not moved by a rotation',
      ROTATE,
      keptEnd,
      'The rotation did not restart the lifetime of the token: it expires at 2026-12-22T12:00:00Z',
      false,
    ],
  ] as const) {
    it(`is warned of: ${title}`, async () => {
      astro = await openScriptedAstro({create: answer(200, minted), rotate: answer(200, minted)})
      const human = await astro.run(words)
      expect(human).to.include({exitCode: 0, stdout: `${NEW_SECRET}\n`})
      expect(human.stderr).to.contain(`Warning: ${warning}\n`)
      const json = await astro.run(`${words} --json`)
      expect(json).to.include({exitCode: 0, stderr: ''})
      expect(JSON.parse(json.stdout).warnings).to.deep.equal([warning])
      const stderr = clean ? `Warning: ${warning}\n` : ''
      expect(await astro.run(`${words} -c`)).to.deep.equal({exitCode: 0, stdout: `${NEW_SECRET}\n`, stderr})
    })
  }

  it('causes no warning if it is the one that was asked for, within the tolerance of clocks', async () => {
    const near = {...MINTED, endAt: '2026-12-22T12:04:00Z'}
    const moved = {...MINTED, lastRotatedAt: '2026-12-01T12:00:00Z', endAt: '2026-12-31T11:56:00Z'}
    astro = await openScriptedAstro({create: answer(200, near), rotate: answer(200, moved)})
    for (const words of [CREATE, ROTATE]) {
      expect(JSON.parse((await astro.run(`${words} --json`)).stdout).warnings).to.deep.equal([])
    }
  })

  it('of the old secret is the rotation: --grace is refused with the way by hand', async () => {
    astro = await openScriptedAstro()
    const run = await astro.run(`${ROTATE} --grace 1d`)
    expect(run).to.include({exitCode: 2, stdout: ''})
    expect(run.stderr)
      .to.contain('cannot keep the old secret valid: it ends with the rotation')
      .and.to.contain('create a second token, move its users to it, and delete this one')
    expect(await astro.run(`${ROTATE} --end-all-values`)).to.include({exitCode: 2, stdout: ''})
    expect(astro.calls()).to.not.include('rotate')
  })
})
