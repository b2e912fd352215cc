import {expect} from 'chai'
import {openScriptedAstro, page, type ScriptedAstro} from '../support/scripted-astro.ts'
import {answer, DROP} from '../support/scripted-server.ts'

const LIST = 'deployment token list'

describe('a list of Astro', () => {
  let astro: ScriptedAstro
  afterEach(() => astro.close())

  const token = (id: string) => ({
    ...{id, name: id, scope: 'DEPLOYMENT', roles: []},
    ...{startAt: '2026-01-01T00:00:00Z', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z'},
  })
  const ids = (stdout: string) => JSON.parse(stdout).result.map(({id}: {id: string}) => id)

  it('that is cut into short pages is read to its end', async () => {
    const pages = [['a', 'b'], ['c'], ['d']].map((names) => page('tokens', names.map(token), 4))
    astro = await openScriptedAstro({list: pages})
    const run = await astro.run(`${LIST} --json`)
    expect(ids(run.stdout)).to.deep.equal(['a', 'b', 'c', 'd'])
    const offsets = astro.requests.map(({path}) => /\/tokens\?.*offset=(\d+)/.exec(path)?.[1]).filter(Boolean)
    expect(offsets).to.deep.equal(['0', '2', '3'])
  })

  it('that grows once is read again, without a warning', async () => {
    astro = await openScriptedAstro({
      list: [
        page('tokens', [token('a')], 2),
        page('tokens', [token('b')], 3),
        page('tokens', [], 3),
        page('tokens', [token('a'), token('b'), token('c')], 3),
      ],
    })
    const run = await astro.run(`${LIST} --json`)
    expect(ids(run.stdout)).to.deep.equal(['a', 'b', 'c'])
    expect(JSON.parse(run.stdout).warnings).to.deep.equal([])
  })

  it('that keeps growing is printed with a warning', async () => {
    const growing = [2, 3, 4, 5, 6, 7, 8, 9].map((count) =>
      count % 2 === 0 ? page('tokens', [token('a')], count) : page('tokens', [], count),
    )
    astro = await openScriptedAstro({list: growing})
    const warning = 'The list of tokens changed while it was read: one of them may be missing'
    const json = await astro.run(`${LIST} --json`)
    expect(json).to.include({exitCode: 0, stderr: ''})
    expect(JSON.parse(json.stdout).warnings).to.deep.equal([warning])
    const human = await astro.run(LIST)
    expect(human.exitCode).to.equal(0)
    expect(human.stderr).to.contain(`Warning: ${warning}\n`)
  })

  it('whose page repeats the one before is UPSTREAM, not worth a retry', async () => {
    astro = await openScriptedAstro({list: page('tokens', [token('a')], 5)})
    const run = await astro.run(`${LIST} --json`)
    expect(run).to.include({exitCode: 8, stderr: ''})
    expect(JSON.parse(run.stdout).error).to.include({code: 'UPSTREAM', exitCode: 8, retryable: false})
    expect(astro.calls().filter((call) => call === 'list')).to.have.length(2)
  })

  it('that never ends is UPSTREAM, not worth a retry', async () => {
    astro = await openScriptedAstro({
      organizations: (req, res) => {
        const offset = Number(new URL(req.path, 'http://astro').searchParams.get('offset'))
        const named = {name: 'o', createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z'}
        const organizations = Array.from({length: 1000}, (_, index) => ({id: `c${offset + index}`, ...named}))
        answer(200, {organizations, totalCount: offset + 2000})(req, res)
      },
    })
    const run = await astro.run('organization list --json', {waits: []})
    expect(run).to.include({exitCode: 8, stderr: ''})
    const {error} = JSON.parse(run.stdout)
    expect(error).to.include({code: 'UPSTREAM', retryable: false})
    expect(error.message).to.contain('The list of organizations does not end')
  })

  it('is repeated after passing faults', async () => {
    const busy = answer(503, {message: 'busy'})
    astro = await openScriptedAstro({list: [DROP, busy, answer(429, {message: 'slow'}), page('tokens', [token('a')])]})
    const run = await astro.run(`${LIST} --json`, {waits: []})
    expect(ids(run.stdout)).to.deep.equal(['a'])
  })

  it('is UPSTREAM, never a crash, without the JSON that is needed', async () => {
    for (const step of [
      page('things', []),
      answer(200, 'text'),
      answer(200, null),
      answer(200, []),
      answer(204, undefined),
    ]) {
      astro = await openScriptedAstro({list: step})
      const run = await astro.run(LIST)
      await astro.close()
      expect(run).to.include({exitCode: 8, stdout: ''})
      expect(run.stderr).to.contain('not with what its API describes')
    }
  })
})
