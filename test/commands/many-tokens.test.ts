import {EventEmitter} from 'node:events'
import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {openScriptedAstro, page, refuse, TOKEN} from '../support/scripted-astro.ts'
import {answer, type Step} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

interface Outcome {
  wanted: string
  ok: boolean
  result?: {id?: string; name?: string; dryRun?: boolean; gone?: boolean}
  error?: {code: string; message: string}
}

/** How to make a token named NAME of each group, and to end some. */
const GROUPS = {
  deployment: ['deployment token create -n NAME -r DEPLOYMENT_ADMIN -e 1', 'deployment token delete'],
  agent: ['deployment token create --agent -n NAME -e 1', 'deployment token delete --agent'],
  workspace: ['workspace token create -n NAME -r WORKSPACE_OWNER -e 1', 'workspace token delete'],
  organization: ['organization token create -n NAME -r ORGANIZATION_OWNER -e 1', 'organization token delete'],
  motherduck: ['motherduck token create --user admin -n NAME -e 1d', 'motherduck token delete --user admin'],
  deltastream: ['deltastream token create NAME --role orgadmin --expires-in-days 1', 'deltastream token drop'],
} as const

describe('a command that ends several tokens', () => {
  let at: AstroHome
  beforeEach(async () => {
    at = await openAstroHome()
  })

  async function make(group: keyof typeof GROUPS, ...names: string[]): Promise<Record<string, string>> {
    const secrets: Record<string, string> = {}
    for (const name of names) {
      secrets[name] = (await at.json<{token: string}>(GROUPS[group][0].replace('NAME', name))).token
    }
    return secrets
  }

  const live = async (secrets: Record<string, string>) => {
    const valid: string[] = []
    for (const [name, token] of Object.entries(secrets)) if (await at.valid(token)) valid.push(name)
    return valid
  }

  for (const group of Object.keys(GROUPS) as (keyof typeof GROUPS)[]) {
    const end = GROUPS[group][1]

    it(`ends each of them, and no other: ${group}`, async () => {
      const secrets = await make(group, 'one', 'two', 'three')
      const ended = await at.json<Outcome[]>(`${end} one two -f`)
      expect(ended.map(({wanted, ok}) => [wanted, ok])).to.deep.equal([
        ['one', true],
        ['two', true],
      ])
      expect(await live(secrets)).to.deep.equal(['three'])
    })

    it(`is PARTIAL if some fail, with a line for each, and ends the others: ${group}`, async () => {
      const secrets = await make(group, 'one', 'two')
      const done = await at.run(`${end} one none two -f`, {}, '--json')
      expect(done.exitCode, done.stdout).to.equal(9)
      const outcomes = resultOf<Outcome[]>(done)
      expect(outcomes.map(({wanted, ok, error}) => [wanted, ok, error?.code])).to.deep.equal([
        ['one', true, undefined],
        ['none', false, 'NOT_FOUND'],
        ['two', true, undefined],
      ])
      expect(await live(secrets)).to.deep.equal([])
    })

    it(`shows all with --dry-run, and changes nothing: ${group}`, async () => {
      const secrets = await make(group, 'one', 'two')
      const before = at.snapshot()
      const planned = await at.json<Outcome[]>(`${end} one two --dry-run`)
      expect(planned.map(({wanted, result}) => [wanted, result?.name, result?.dryRun])).to.deep.equal([
        ['one', 'one', true],
        ['two', 'two', true],
      ])
      const shown = await at.run(`${end} one two --dry-run`)
      expect(shown.stdout).to.match(/Would \w+ one[\s\S]*Would \w+ two/)
      expect(at.snapshot()).to.equal(before)
      expect(await live(secrets)).to.deep.equal(['one', 'two'])
    })

    it(`reads them from standard input, one a line, with --force only: ${group}`, async () => {
      const secrets = await make(group, 'one', 'two', 'three')
      await at.refused(`${end} -`, {exitCode: 2, words: ['--force']}, {stdin: 'one\ntwo\n', tty: true})
      const ended = await at.json<Outcome[]>(`${end} - -f`, {stdin: 'one\r\n\n  two \n'})
      expect(ended.map(({wanted}) => wanted)).to.deep.equal(['one', 'two'])
      expect(await live(secrets)).to.deep.equal(['three'])
      expect(await at.json<Outcome[]>(`${end} - -f`, {stdin: ''})).to.deep.equal([])
      expect(await at.json<Outcome[]>(`${end} - -f`, {stdin: 'three\n'})).to.have.length(1)
    })
  }

  it('asks once, naming all, and nothing about a single one; a no changes nothing', async () => {
    const secrets = await make('deployment', 'one', 'two')
    const answers = [{to: 'one (', answer: false}]
    await at.refused(
      'deployment token delete one two',
      {exitCode: 130, words: ['nothing was changed']},
      {tty: true, answers},
    )
    const yes = await at.run('deployment token delete one two', {tty: true, answers: [{to: 'one', answer: true}]})
    expect(yes.exitCode, yes.stderr).to.equal(0)
    expect(await live(secrets)).to.deep.equal([])
  })

  it('does not ask which one is meant by an ambiguous name: that is a failure of its own', async () => {
    await make('deployment', 'ci', 'other')
    await make('deployment', 'ci')
    const done = await at.run('deployment token delete ci other', {tty: true, answers: [{to: 'other', answer: true}]})
    expect(done.exitCode, done.stderr).to.equal(9)
    expect(done.stdout).to.contain('ci: 2 API tokens are named ci')
    expect(done.stdout).to.contain('other was successfully deleted')
  })

  it('has the exit code that all have if all fail in the same way, and needs --force in a script', async () => {
    await make('deployment', 'one', 'two')
    await at.refused('deployment token delete one two', {exitCode: 2, words: ['--force']})
    const none = await at.run('deployment token delete x y -f')
    expect(none.exitCode).to.equal(6)
    expect(none.stdout).to.contain('x: No API token x').and.to.contain('y: No API token y')
    expect(await at.json<Outcome[]>('deployment token delete x y -f --ignore-not-found')).to.satisfy((all: Outcome[]) =>
      all.every(({ok, result}) => ok && result?.gone),
    )
  })

  it('ends a token once that is named twice, by its id and by its name', async () => {
    const {id} = await at.make('deployment', 'ci')
    expect(await at.json<Outcome[]>(`deployment token delete ci ${id} ci -f`)).to.have.length(1)
  })

  it('refuses what could mean something else, before anything is read or changed', async () => {
    const {token} = await at.make('deployment', 'one')
    for (const [line, word] of [
      ['deployment token delete one two -t three -f', '--name'],
      ['deployment token delete one two --token-file - -f', '--token-file'],
      ['deployment token delete one - -f', 'exclude each other'],
      ['deployment token delete - --credential-file - -f', 'standard input'],
      ['motherduck token delete - --token - -f', 'standard input'],
      ['deltastream token drop - -a - -f', 'standard input'],
    ] as const) {
      await at.refused(line, {exitCode: 2, words: [word]}, {stdin: 'one\n'})
    }
    const given = await at.refused(
      'deployment token delete - -f',
      {exitCode: 2, words: ['token revoke']},
      {stdin: token},
    )
    expect(given.stderr).to.not.contain(token)
  })

  it('goes on after a failure over HTTP, and looks every token up before the first one ends', async () => {
    const list = page('tokens', [TOKEN])
    const astro = await openScriptedAstro({
      get: [answer(200, TOKEN), answer(200, {...TOKEN, id: 'ctwo', name: 'two'})],
      list,
      delete: [refuse(403), answer(204, undefined)],
    })
    try {
      const done = await runTokenry('deployment token delete ctok ctwo -f --json'.split(' '), {
        home: tempFolder(),
        env: astro.env,
        waits: [],
      })
      expect(done.exitCode, done.stdout).to.equal(9)
      expect(resultOf<Outcome[]>(done).map(({ok, error}) => [ok, error?.code])).to.deep.equal([
        [false, 'FORBIDDEN'],
        [true, undefined],
      ])
      expect(astro.calls()).to.deep.equal(['organizations', 'deployments', 'get', 'get', 'delete', 'delete'])
    } finally {
      await astro.close()
    }
  })

  for (const group of ['deployment', 'agent', 'motherduck', 'deltastream'] as const) {
    it(`reads the list once, however many names it gets: ${group}`, async () => {
      await make(group, 'one', 'two', 'three')
      const done = await at.run(`${GROUPS[group][1]} one two three none -f --debug`)
      expect(done.exitCode, done.stderr).to.equal(9)
      const lists = done.stderr.split('\n').filter((line) => / list(Live|Agent)?Token/.test(line))
      expect(lists, done.stderr).to.have.lengthOf(1)
    })
  }

  describe('that is stopped by a signal', () => {
    const gone = answer(204, undefined)

    /** Delete three tokens. `first` answers the first deletion. */
    async function stopAt(first: (signals: EventEmitter) => Step, flags: string, answerWaitMs?: number) {
      const signals = new EventEmitter()
      const found = ['ctok', 'ctwo', 'cthree'].map((id) => answer(200, {...TOKEN, id, name: id}))
      const astro = await openScriptedAstro({
        get: found,
        list: page('tokens', [TOKEN]),
        delete: [first(signals), gone],
      })
      try {
        const argv = `deployment token delete ctok ctwo cthree -f${flags}`.split(' ')
        const waits = answerWaitMs === undefined ? {} : {answerWaitMs}
        const done = await runTokenry(argv, {home: tempFolder(), env: astro.env, waits: [], signals, ...waits})
        expect(signals.listenerCount('SIGINT')).to.equal(0)
        return {done, deletes: astro.calls().filter((call) => call === 'delete').length}
      } finally {
        await astro.close()
      }
    }

    const stopThenAnswer =
      (signal: string) =>
      (signals: EventEmitter): Step =>
      (req, res) => {
        signals.emit(signal, signal)
        gone(req, res)
      }

    it('waits for the answer, changes nothing more, and reports what was done', async () => {
      for (const [signal, exitCode] of [
        ['SIGINT', 130],
        ['SIGTERM', 143],
      ] as const) {
        const {done, deletes} = await stopAt(stopThenAnswer(signal), ' --json')
        expect(done.exitCode, done.stdout).to.equal(exitCode)
        expect(resultOf<Outcome[]>(done).map(({wanted, ok}) => [wanted, ok])).to.deep.equal([['ctok', true]])
        expect(JSON.parse(done.stdout).error.message).to.equal(`Stopped by ${signal}, after 1 of 3 tokens`)
        expect(deletes).to.equal(1)
        const human = await stopAt(stopThenAnswer(signal), '')
        expect(human.done.exitCode).to.equal(exitCode)
        expect(human.done.stdout).to.contain('ctok was successfully deleted').and.to.not.contain('ctwo')
        expect(human.done.stderr).to.contain('Stopping: ').and.to.contain('after 1 of 3 tokens')
      }
    })

    it('says which token may be changed, if no answer comes', async () => {
      const never = (signals: EventEmitter) => () => void signals.emit('SIGINT', 'SIGINT')
      const {done, deletes} = await stopAt(never, ' --json', 0)
      expect(done.exitCode, done.stdout).to.equal(130)
      expect(resultOf<Outcome[]>(done)).to.deep.equal([])
      expect(JSON.parse(done.stdout).error.hint).to.contain('ctok').and.to.not.contain('ctwo')
      expect(deletes).to.equal(1)
    })
  })
})
