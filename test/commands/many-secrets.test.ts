import {EventEmitter} from 'node:events'
import fs, {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {CI_ROW, mintedToken, openScriptedDeltaStream, tokenList} from '../support/scripted-deltastream.ts'
import {answer, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

interface Outcome {
  wanted: string
  ok: boolean
  result?: {id?: string; name?: string; dryRun?: boolean; file?: string; token?: string}
  error?: {code: string; message: string}
  file?: string
}

/** How to make a token named NAME of each group, and how to give some a new secret. */
const GROUPS = {
  deployment: ['deployment token create -n NAME -r DEPLOYMENT_ADMIN -e 1', 'deployment token rotate'],
  workspace: ['workspace token create -n NAME -r WORKSPACE_OWNER -e 1', 'workspace token rotate'],
  organization: ['organization token create -n NAME -r ORGANIZATION_OWNER -e 1', 'organization token rotate'],
  motherduck: [
    'motherduck token create --user admin -n NAME -e 1d',
    'motherduck token rotate --user admin --revoke-old',
  ],
  deltastream: ['deltastream token create NAME --role orgadmin --expires-in-days 1', 'deltastream token renew'],
} as const

type Group = keyof typeof GROUPS

describe('a command that gives several tokens new secrets', () => {
  let at: AstroHome
  let folder = ''
  beforeEach(async () => {
    at = await openAstroHome()
    folder = join(tempFolder(), 'secrets')
  })

  async function make(group: Group, ...names: string[]): Promise<string[]> {
    const secrets: string[] = []
    for (const name of names) {
      const words = GROUPS[group][0].split(' ').map((word) => (word === 'NAME' ? name : word))
      const made = await runTokenry([...words, '--json'], {home: at.home})
      expect(made.exitCode, made.stdout).to.equal(0)
      secrets.push(resultOf<{token: string}>(made).token)
    }
    return secrets
  }

  const live = (secrets: string[]) => Promise.all(secrets.map((secret) => at.valid(secret)))
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const modeOf = (path: string) => statSync(path).mode & 0o777
  const into = (line: string) => `${line} --output-dir ${folder}`

  for (const group of Object.keys(GROUPS) as Group[]) {
    const rotate = GROUPS[group][1]

    it(`writes each new secret to a private file of its own, and ends the old ones: ${group}`, async () => {
      const old = await make(group, 'one', 'two', 'three')
      const done = await at.run(`${into(rotate)} one two -f`, {}, '--json')
      expect(done, done.stdout).to.include({exitCode: 0, stderr: ''})
      const outcomes = resultOf<Outcome[]>(done)
      expect(outcomes.map(({wanted, ok, result}) => [wanted, ok, result?.name, result?.file])).to.deep.equal(
        ['one', 'two'].map((name) => [name, true, name, join(folder, name)]),
      )
      expect(modeOf(folder)).to.equal(0o700)
      expect(readdirSync(folder)).to.have.members(['one', 'two'])
      for (const name of ['one', 'two']) {
        expect(modeOf(join(folder, name))).to.equal(0o600)
        expect(done.stdout).to.not.contain(read(name))
      }
      expect(await live(old)).to.deep.equal([false, false, true])
      expect(await live([read('one'), read('two')])).to.deep.equal([true, true])
    })

    it(`prints a line for each and no secret, and masks each in the log of a job: ${group}`, async () => {
      await make(group, 'one', 'two')
      const done = await at.run(`${into(rotate)} one none two -f`, {env: {GITHUB_ACTIONS: 'true'}})
      expect(done.exitCode, done.stderr).to.equal(9)
      expect(done.stdout).to.contain('none: ').and.to.contain(join(folder, 'one')).and.to.contain(join(folder, 'two'))
      for (const name of ['one', 'two']) {
        expect(done.stdout).to.not.contain(read(name))
        expect(done.stderr).to.contain(`::add-mask::${read(name)}\n`)
      }
    })

    it(`is PARTIAL if some fail, and goes on with the others: ${group}`, async () => {
      const old = await make(group, 'one', 'two')
      const done = await at.run(`${into(rotate)} one none two -f`, {}, '--json')
      expect(done.exitCode, done.stdout).to.equal(9)
      expect(resultOf<Outcome[]>(done).map(({wanted, ok, error}) => [wanted, ok, error?.code])).to.deep.equal([
        ['one', true, undefined],
        ['none', false, 'NOT_FOUND'],
        ['two', true, undefined],
      ])
      expect(await live(old)).to.deep.equal([false, false])
    })

    it(`shows all with --dry-run, and changes and creates nothing: ${group}`, async () => {
      const old = await make(group, 'one', 'two')
      const before = at.snapshot()
      const planned = await at.json<Outcome[]>(`${into(rotate)} one two --dry-run`)
      expect(planned.map(({wanted, result}) => [wanted, result?.name, result?.dryRun])).to.deep.equal([
        ['one', 'one', true],
        ['two', 'two', true],
      ])
      expect(at.snapshot()).to.equal(before)
      expect(existsSync(folder)).to.equal(false)
      expect(await live(old)).to.deep.equal([true, true])
    })

    it(`refuses with --dry-run the places that it refuses without, for one token and for several: ${group}`, async () => {
      await make(group, 'one', 'two')
      mkdirSync(folder, {mode: 0o700})
      writeFileSync(join(folder, 'one'), 'precious')
      const open = join(tempFolder(), 'open')
      mkdirSync(open)
      chmodSync(open, 0o755)
      for (const [place, exitCode, word] of [
        [folder, 7, 'already exists'],
        [open, 3, 'not a private folder'],
        [join(folder, 'one'), 3, 'is not a folder'],
        [join(folder, 'one', 'in'), 3, join(folder, 'one')],
      ] as const) {
        for (const tokens of ['one', 'one two']) {
          const line = `${rotate} ${tokens} --output-dir ${place}`
          const dry = await at.refused(`${line} --dry-run`, {exitCode, words: [word]})
          const real = await at.refused(`${line} -f`, {exitCode, words: [word]})
          expect(dry.stderr).to.equal(real.stderr)
        }
      }
      expect(readdirSync(folder)).to.deep.equal(['one'])
      const clean = {exitCode: 2, words: ['--dry-run and --clean-output exclude each other']}
      await at.refused(`${rotate} one -f --dry-run --clean-output`, clean)
    })

    it(`reads the list once to find them, however many names it gets: ${group}`, async () => {
      await make(group, 'one', 'two', 'three')
      const done = await at.run(`${into(rotate)} one two three none --dry-run --debug`)
      expect(done.exitCode, done.stderr).to.equal(9)
      const lists = done.stderr.split('\n').filter((line) => / list(Live)?Token/.test(line))
      expect(lists, done.stderr).to.have.lengthOf(1)
    })

    it(`reads them from standard input, one a line: ${group}`, async () => {
      await make(group, 'one', 'two')
      await at.refused(`${into(rotate)} -`, {exitCode: 2, words: ['--force']}, {stdin: 'one\n', tty: true})
      const done = await at.json<Outcome[]>(`${into(rotate)} - -f`, {stdin: 'one\r\n\n two \n'})
      expect(done.map(({wanted}) => wanted)).to.deep.equal(['one', 'two'])
      expect(await at.json<Outcome[]>(`${into(rotate)} - -f`, {stdin: ''})).to.deep.equal([])
    })

    it(`refuses every other destination before anything is read or changed: ${group}`, async () => {
      await make(group, 'one', 'two')
      for (const more of [
        '',
        ' --output new.txt',
        ' --output -',
        ' --clean-output',
        ' --clean-output --output-dir x',
      ]) {
        await at.refused(`${rotate} one two -f${more}`, {exitCode: 2, words: ['--output-dir']})
      }
      const json = await at.run(`${rotate} one two -f`, {}, '--json')
      expect(json.exitCode).to.equal(2)
      expect(json.stdout).to.contain('--output-dir')
      await at.refused(`${into(rotate)} one -f --output x`, {exitCode: 2, words: ['exclude each other']})
    })

    it(`refuses an existing file before the first secret is minted: ${group}`, async () => {
      await make(group, 'one', 'two')
      mkdirSync(folder, {mode: 0o700})
      writeFileSync(join(folder, 'two'), 'precious')
      await at.refused(`${into(rotate)} one two -f`, {exitCode: 7, words: ['already exists', '--output-dir']})
      expect(read('two')).to.equal('precious')
      expect(readdirSync(folder)).to.deep.equal(['two'])
    })

    it(`writes one token into the folder too: ${group}`, async () => {
      const old = await make(group, 'one')
      const {file, token} = await at.json<{file: string; token?: string}>(`${into(rotate)} one -f`)
      expect({file, token}).to.deep.equal({file: join(folder, 'one'), token: undefined})
      expect(await live([...old, read('one')])).to.deep.equal([false, true])
      await at.refused(`${into(rotate)} one -f`, {exitCode: 7, words: ['already exists']})
    })

    it(`stops at a secret that cannot be written, and reports the rest as not done: ${group}`, async () => {
      const old = await make(group, 'one', 'two', 'three')
      let links = 0
      const linkSync = (from: fs.PathLike, to: fs.PathLike) => {
        links++
        if (links === 2) throw Object.assign(new Error('full'), {code: 'ENOSPC'})
        fs.linkSync(from, to)
      }
      const done = await at.run(`${into(rotate)} one two three -f`, {files: {linkSync}}, '--json')
      expect(done.exitCode, done.stdout).to.equal(11)
      const outcomes = resultOf<Outcome[]>(done)
      expect(outcomes.map(({wanted, ok, error}) => [wanted, ok, error?.code])).to.deep.equal([
        ['one', true, undefined],
        ['two', false, 'UNDELIVERED'],
        ['three', false, 'CANCELLED'],
      ])
      expect(outcomes[2]?.error?.message).to.contain('Not done')
      expect(readdirSync(folder)).to.deep.equal(['one'])
      expect(await live(old)).to.deep.equal([false, true, true])
    })

    for (const when of ['is written out', 'is done']) {
      it(`mints nothing more after Ctrl-C when a secret ${when}: ${group}`, async () => {
        const old = await make(group, 'one', 'two', 'three')
        const signals = new EventEmitter()
        let isNamed = false
        let isSent = false
        const stop = () => {
          isSent = true
          signals.emit('SIGINT', 'SIGINT')
        }
        // The folder is written to the disk when the secret has its name.
        const fsyncSync = (descriptor: number) => {
          fs.fsyncSync(descriptor)
          isNamed ||= fs.fstatSync(descriptor).isDirectory()
          if (isNamed && !isSent && when === 'is written out') stop()
        }
        // The file itself is closed after the work that a signal interrupts.
        const closeSync = (descriptor: number) => {
          const isFile = fs.fstatSync(descriptor).isFile()
          fs.closeSync(descriptor)
          if (isNamed && isFile && !isSent) stop()
        }
        const done = await at.run(
          `${into(rotate)} one two three -f`,
          {signals, files: {fsyncSync, closeSync}},
          '--json',
        )
        expect(done.exitCode, done.stdout).to.equal(130)
        const outcomes = resultOf<Outcome[]>(done)
        expect(outcomes.map(({wanted, ok, error}) => [wanted, ok, error?.code])).to.deep.equal([
          ['one', true, undefined],
          ['two', false, 'CANCELLED'],
          ['three', false, 'CANCELLED'],
        ])
        expect(readdirSync(folder)).to.deep.equal(['one'])
        expect(await live([...old, read('one')])).to.deep.equal([false, true, true, true])
        expect(signals.listenerCount('SIGINT')).to.equal(0)
      })
    }
  }

  for (const [group, rotate] of [
    ['deployment', 'deployment token rotate'],
    ['motherduck', 'motherduck token rotate --user admin'],
    ['deltastream', 'deltastream token renew'],
  ] as const) {
    it(`keeps the old secrets for --grace, and refuses a second rotation of each: ${group}`, async () => {
      const old = await make(group, 'one', 'two')
      await at.json<Outcome[]>(`${into(rotate)} one two -f --grace 24h`)
      expect(await live([...old, read('one'), read('two')])).to.deep.equal([true, true, true, true])
      const again = await at.run(`${rotate} one two -f --grace 24h --output-dir ${folder}2`, {}, '--json')
      expect(again.exitCode, again.stdout).to.equal(7)
      expect(existsSync(join(`${folder}2`, 'one'))).to.equal(false)
    })
  }

  it('asks once for all; a no changes nothing and creates no folder', async () => {
    const old = await make('deployment', 'one', 'two')
    const line = `${into('deployment token rotate')} one two`
    await at.refused(line, {exitCode: 2, words: ['--force']})
    const no = {tty: true, answers: [{to: 'one (', answer: false}]}
    await at.refused(line, {exitCode: 130, words: ['nothing was changed']}, no)
    expect(existsSync(folder)).to.equal(false)
    const yes = await at.run(line, {tty: true, answers: [{to: 'two (', answer: true}]})
    expect(yes.exitCode, yes.stderr).to.equal(0)
    expect(await live(old)).to.deep.equal([false, false])
  })

  it('asks nothing and needs no --force if no old token of MotherDuck ends', async () => {
    const old = await make('motherduck', 'one', 'two')
    const line = into('motherduck token rotate --user admin')
    expect(await at.json<Outcome[]>(`${line} -`, {stdin: 'one\ntwo\n'})).to.have.length(2)
    expect(await live([...old, read('one'), read('two')])).to.deep.equal([true, true, true, true])
  })

  it('gives a token one new secret that is named twice, by its id and by its name', async () => {
    const {id} = await at.make('deployment', 'ci')
    expect(await at.json<Outcome[]>(`${into('deployment token rotate')} ci ${id} -f`)).to.have.length(1)
  })

  it('escapes in the name of a file what is not safe there', async () => {
    await make('deployment', '../up', '..', '-f', 'a b/ü%', 'Plain-1_x.y')
    const names = ['../up', '..', 'a b/ü%', '-f', 'Plain-1_x.y']
    const done = await at.run(`${into('deployment token rotate')} - -f`, {stdin: names.join('\n')}, '--json')
    expect(done.exitCode, done.stdout).to.equal(0)
    expect(readdirSync(folder)).to.have.members(['%2E.%2Fup', '%2E.', '%2Df', 'a%20b%2F%C3%BC%25', 'Plain-1_x.y'])
  })

  it('names the token whose name is too long for a file, and what to do, before anything is minted', async () => {
    const long = '夜'.repeat(29)
    const old = await make('deployment', 'one', long, '夜'.repeat(28))
    for (const more of ['', ' --dry-run']) {
      for (const tokens of [long, `one ${long}`]) {
        const line = `${into('deployment token rotate')} ${tokens} -f${more}`
        await at.refused(line, {exitCode: 3, words: [long, '261', '255', '--output FILE']})
      }
    }
    expect(existsSync(folder)).to.equal(false)
    const done = await at.run(`${into('deployment token rotate')} one ${'夜'.repeat(28)} -f`)
    expect(done.exitCode, done.stderr).to.equal(0)
    expect(await live(old)).to.deep.equal([false, true, false])
  })

  for (const [one, other] of [
    ['ci', 'ci'],
    ['ci', 'CI'],
  ] as const) {
    it(`refuses ${one} and ${other}, which would have the same file, before anything is minted`, async () => {
      const first = await at.make('deployment', one)
      const second = await at.make('deployment', other)
      const line = `${into('deployment token rotate')} ${first.id} ${second.id} -f`
      await at.refused(line, {exitCode: 7, words: ['the same file', '--output FILE']})
      expect(existsSync(folder)).to.equal(false)
    })
  }

  it('refuses a folder that others can read, a file, and a place where no folder can be, before anything', async () => {
    await make('deployment', 'one', 'two')
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    const line = 'deployment token rotate one two -f --output-dir'
    await at.refused(`${line} ${folder}`, {exitCode: 3, words: ['not a private folder', 'chmod 700']})
    const file = join(tempFolder(), 'file')
    writeFileSync(file, '')
    await at.refused(`${line} ${file}`, {exitCode: 3, words: ['is not a folder']})
    await at.refused(`${line} ${file}/in`, {exitCode: 3, words: [file]})
    await at.refused(`${line} /proc/none`, {exitCode: 3, words: ['/proc/none']})
    await at.refused('deployment token rotate one -f --output-dir', {exitCode: 3, words: ['not a private']}, {}, folder)
  })

  it('refuses files that cannot be opened before the first secret is minted', async () => {
    await make('deployment', 'one', 'two')
    let opened = 0
    const openSync: typeof fs.openSync = (...given) => {
      if (++opened === 3) throw Object.assign(new Error('full'), {code: 'ENOSPC'})
      return fs.openSync(...given)
    }
    const line = `${into('deployment token rotate')} one two -f`
    await at.refused(line, {exitCode: 3, words: ['Cannot write', 'ENOSPC', '--output-dir']}, {files: {openSync}})
    expect(readdirSync(folder)).to.deep.equal([])
  })

  it('names --output-dir in the hint if the disk is full at a secret, for one token and for several', async () => {
    await make('deployment', 'one', 'two')
    const writeSync = () => {
      throw Object.assign(new Error('full'), {code: 'ENOSPC'})
    }
    for (const tokens of ['one', 'one two']) {
      const done = await at.run(`${into('deployment token rotate')} ${tokens} -f`, {files: {writeSync}}, '--json')
      expect(done.exitCode, done.stdout).to.equal(11)
      const {hint} = JSON.parse(done.stdout).error
      expect(hint).to.contain('--output-dir')
    }
    const one = await at.run('deployment token rotate one -f --output new.txt', {files: {writeSync}}, '--json')
    expect(JSON.parse(one.stdout).error.hint).to.contain('--output ')
  })

  it('goes on if a file appears in the meantime, and never replaces it', async () => {
    const old = await make('deployment', 'one', 'two', 'three')
    let links = 0
    const linkSync = (from: fs.PathLike, to: fs.PathLike) => {
      fs.linkSync(from, to)
      if (++links === 1) writeFileSync(join(folder, 'two'), 'precious')
    }
    const done = await at.run(`${into('deployment token rotate')} one two three -f`, {files: {linkSync}}, '--json')
    expect(done.exitCode, done.stdout).to.equal(9)
    expect(resultOf<Outcome[]>(done).map(({error}) => error?.code)).to.deep.equal([undefined, 'CONFLICT', undefined])
    expect(read('two')).to.equal('precious')
    expect(await live(old)).to.deep.equal([false, true, false])
  })

  describe('at DeltaStream itself', () => {
    const rows = ['one', 'two', 'three'].map((name) => [name, ...CI_ROW.slice(1)])
    const listed = answer(200, tokenList(rows as (typeof CI_ROW)[]))

    async function renew(alter: Step, options: Partial<RunOptions> = {}) {
      const server = await openScriptedDeltaStream({'LIST API_TOKENS': listed, 'ALTER API_TOKEN': alter})
      try {
        const argv = `${into('deltastream token renew')} one two three -f --json`.split(' ')
        const done = await runTokenry(argv, {home: tempFolder(), env: server.env, waits: [], ...options})
        const sent = server.sent().filter((statement) => statement.startsWith('ALTER'))
        return {done, outcomes: resultOf<Outcome[]>(done), renewed: sent.length}
      } finally {
        await server.close()
      }
    }

    it('keeps the file of a secret that was written out although a signal came, and stops', async () => {
      const signals = new EventEmitter()
      const minted = answer(200, mintedToken('one'))
      const {done, outcomes, renewed} = await renew(
        (req, res) => {
          signals.emit('SIGTERM', 'SIGTERM')
          minted(req, res)
        },
        {signals},
      )
      expect(done.exitCode, done.stdout).to.equal(143)
      expect(outcomes.map(({ok, error, file}) => [ok, error?.code, file])).to.deep.equal([
        [false, 'TERMINATED', join(folder, 'one')],
        [false, 'CANCELLED', undefined],
        [false, 'CANCELLED', undefined],
      ])
      expect(renewed).to.equal(1)
      expect(readdirSync(folder)).to.deep.equal(['one'])
    })

    it('mints nothing more after an answer that says nothing about the secret: UNCERTAIN', async () => {
      const {done, outcomes, renewed} = await renew(answer(500, {message: 'oops'}))
      expect(done.exitCode, done.stdout).to.equal(12)
      expect(outcomes.map(({error}) => error?.code)).to.deep.equal(['UNCERTAIN', 'CANCELLED', 'CANCELLED'])
      expect(renewed).to.equal(1)
      expect(readdirSync(folder)).to.deep.equal([])
    })
  })
})
