import {expect} from 'chai'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {resultOf, TEST_NOW} from '../support/run-tokenry.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface Rotated {
  token: string
  graceUntil: string | null
}

describe('rotate --grace', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  const at = (nowMs: number) => ({nowMs})
  const validAt = async (token: string, nowMs: number) =>
    (await astro.run('token verify', {stdin: token, nowMs})).exitCode === 0

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    it(`keeps the old secret valid for this time, and list shows until when: ${scope} token`, async () => {
      const {token} = await astro.make(scope, 'ci')
      const rotated = await astro.json<Rotated>(`${scope} token rotate -t ci -f --grace 24h`)
      expect(rotated.graceUntil).to.equal('2026-11-23T12:00:00Z')
      expect(await validAt(token, TEST_NOW + DAY_MS - 1000)).to.equal(true)
      expect(await validAt(token, TEST_NOW + DAY_MS)).to.equal(false)
      expect(await validAt(rotated.token, TEST_NOW + DAY_MS)).to.equal(true)
      const graceAt = async (nowMs: number) =>
        (await astro.json<Rotated[]>(`${scope} token list`, at(nowMs))).map(({graceUntil}) => graceUntil)
      expect(await graceAt(TEST_NOW + HOUR_MS)).to.deep.equal(['2026-11-23T12:00:00Z'])
      expect(await graceAt(TEST_NOW + DAY_MS)).to.deep.equal([null])
    })
  }

  for (const [grace, until] of [
    ['90s', '2026-11-22T12:01:30Z'],
    ['1d12h', '2026-11-24T00:00:00Z'],
    ['P1DT12H', '2026-11-24T00:00:00Z'],
    ['2', '2026-11-24T12:00:00Z'],
    ['P1W', '2026-11-29T12:00:00Z'],
  ]) {
    it(`takes ${grace}`, async () => {
      await astro.make('workspace', 'ci')
      const rotated = await astro.json<Rotated>(`workspace token rotate -t ci -f --grace ${grace}`)
      expect(rotated.graceUntil).to.equal(until)
    })
  }

  it('is always a column of the list in a pipe, but at a terminal only if a secret is in grace', async () => {
    await astro.make('workspace', 'ci')
    const terminal = {tty: true, columns: 200}
    expect((await astro.run('workspace token list', terminal)).stdout).to.not.contain('IN GRACE UNTIL')
    await astro.run('workspace token rotate -t ci -f --grace 24h')
    expect((await astro.run('workspace token list', terminal)).stdout).to.match(/IN GRACE UNTIL[\s\S]*in 1 day/)
    expect((await astro.run('workspace token list')).stdout).to.contain('\t2026-11-23T12:00:00Z\t\n')
  })

  it('prints until when the old secret works', async () => {
    await astro.make('workspace', 'ci')
    const {stderr} = await astro.run('workspace token rotate -t ci -f --grace 24h')
    expect(stderr).to.contain('old secret until  2026-11-23T12:00:00Z')
  })

  it('is refused while an older secret is in grace, with its end and a hint to use --end-all-values', async () => {
    const {id, token} = await astro.make('workspace', 'ci')
    const second = await astro.json<Rotated>(`workspace token rotate ${id} -f --grace 7d`)
    const words = ['2026-11-29T12:00:00Z', `tokenry workspace token rotate ${id} --force`, '--end-all-values']
    await astro.refused(`workspace token rotate ${id} -f`, {exitCode: 7, words})
    await astro.refused(`workspace token rotate ${id} -f --grace 1h`, {exitCode: 7, words})
    const third = await astro.json<Rotated>(`workspace token rotate ${id} -f --end-all-values`)
    expect(await Promise.all([token, second.token, third.token].map(astro.valid))).to.deep.equal([false, false, true])
    expect(third.graceUntil).to.equal(null)
  })

  it('is allowed again after the grace period', async () => {
    const {id} = await astro.make('workspace', 'ci')
    await astro.json(`workspace token rotate ${id} -f --grace 1h`)
    expect(await astro.run(`workspace token rotate ${id} -f`, at(TEST_NOW + HOUR_MS))).to.include({exitCode: 0})
  })

  it('does not extend the lifetime of the old secret', async () => {
    await astro.make('workspace', 'ci', '-e 1')
    const planned = await astro.json<{changes: {field: string; after: string}[]}>(
      'workspace token rotate -t ci --grace 7d --dry-run',
      at(TEST_NOW + HOUR_MS),
    )
    const oldEnds = planned.changes.find(({field}) => field === 'oldValueEndsAt')
    expect(oldEnds ?? {after: '2026-11-23T12:00:00Z'}).to.include({after: '2026-11-23T12:00:00Z'})
    const rotated = await astro.json<Rotated>('workspace token rotate -t ci -f --grace 7d', at(TEST_NOW + HOUR_MS))
    expect(rotated.graceUntil).to.equal('2026-11-23T12:00:00Z')
  })

  it('is refused if it is over 7 days, zero, invalid, empty, or with --end-all-values; nothing changes', async () => {
    await astro.make('workspace', 'ci')
    for (const grace of [
      '8d',
      '8',
      '169h',
      '7d1s',
      'P8D',
      '1mo',
      '0',
      '0d',
      '-1d',
      'soon',
      'never',
      '2026-11-23',
      '',
    ]) {
      const refused = await astro.refused('workspace token rotate -t ci -f', {exitCode: 2}, {}, '--grace', grace)
      expect(refused.stderr, grace).to.contain('--grace')
      if (grace !== '') expect(refused.stderr, grace).to.contain('(1 second to 7 days)')
    }
    const words = ['--grace and --end-all-values exclude each other']
    await astro.refused('workspace token rotate -t ci -f --grace 1h --end-all-values', {exitCode: 2, words})
  })

  it('is shown in the question, with the last use of the token', async () => {
    const {token} = await astro.make('workspace', 'ci')
    await astro.use(token, TEST_NOW - 2 * HOUR_MS)
    for (const [flags, ...told] of [
      ['', 'last used 2 hours ago', 'Its current secret ends.'],
      [' --grace 24h', 'Its current secret ends after 24h.'],
      [' --grace 2', 'Its current secret ends after 2d.'],
      [' --grace P1DT12H', 'Its current secret ends after P1DT12H.'],
      [' --end-all-values', 'Its current secret and every older one end.'],
    ]) {
      for (const to of told) {
        const answers = [{to, answer: false}]
        await astro.refused(`workspace token rotate -t ci${flags}`, {exitCode: 130}, {tty: true, answers})
      }
    }
  })

  it('ends with the token: a deletion ends every secret', async () => {
    const {token} = await astro.make('workspace', 'ci')
    const rotated = await astro.json<Rotated>('workspace token rotate -t ci -f --grace 24h')
    await astro.json('workspace token delete -t ci -f')
    expect(await Promise.all([token, rotated.token].map(astro.valid))).to.deep.equal([false, false])
  })
})

describe('delete --unused-for', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    it(`refuses a token that was used within this time, and deletes one that was not: ${scope} token`, async () => {
      const {token} = await astro.make(scope, 'ci')
      await astro.use(token, TEST_NOW - 7 * DAY_MS)
      const words = ['7 days ago', `tokenry ${scope} token list --sort -last-used`]
      await astro.refused(`${scope} token delete -t ci -f --unused-for 8d`, {exitCode: 10, words})
      expect(await astro.valid(token)).to.equal(true)
      await astro.make(scope, 'never')
      expect(await astro.json(`${scope} token delete -t ci -f --unused-for 6d`)).to.include({ended: true})
      expect(await astro.json(`${scope} token delete -t never -f --unused-for 8d`)).to.include({ended: true})
    })
  }

  it('counts a use of an older secret in grace', async () => {
    const {token} = await astro.make('workspace', 'ci')
    await astro.json('workspace token rotate -t ci -f --grace 24h')
    await astro.use(token, TEST_NOW + 1000)
    await astro.refused('workspace token delete -t ci -f --unused-for 1h', {exitCode: 10}, {nowMs: TEST_NOW + 2000})
  })

  it('means the same in the list, in --dry-run and in the delete, to the millisecond, in every scope', async () => {
    const minuteAndSecond = 60_998
    for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
      const {token} = await astro.make(scope, 'ci')
      await astro.use(token, TEST_NOW)
      for (const nowMs of [30_000, minuteAndSecond - 1].map((ms) => TEST_NOW + DAY_MS + ms)) {
        const listed = await astro.json(`${scope} token list --unused-for 1d`, {nowMs})
        expect(listed).to.deep.equal([])
        for (const flag of ['--dry-run', '-f']) {
          await astro.refused(`${scope} token delete -t ci --unused-for 1d ${flag}`, {exitCode: 10}, {nowMs})
        }
      }
      const nowMs = TEST_NOW + DAY_MS + minuteAndSecond
      expect(await astro.json(`${scope} token list --unused-for 1d`, {nowMs})).to.have.lengthOf(1)
      expect(await astro.json(`${scope} token delete -t ci --unused-for 1d -f`, {nowMs})).to.include({ended: true})
    }
  })

  it('shows in the question when the token was last used', async () => {
    const {token} = await astro.make('workspace', 'ci')
    const no = (to: string) => ({tty: true, answers: [{to, answer: false}]})
    await astro.refused('workspace token delete -t ci', {exitCode: 130}, no('never used'))
    await astro.use(token, TEST_NOW - 3 * HOUR_MS)
    await astro.refused('workspace token delete -t ci', {exitCode: 130}, no('last used 3 hours ago'))
  })

  it('is refused for an invalid time', async () => {
    await astro.make('workspace', 'ci')
    for (const time of ['0d', 'week', '-7d', '1h1d', 'never', '2026-11-01']) {
      const line = 'workspace token delete -t ci -f'
      await astro.refused(
        line,
        {exitCode: 2, words: ['--unused-for', '1 second to 3650 days']},
        {},
        '--unused-for',
        time,
      )
    }
  })
})

describe('the token that the caller is signed in with', () => {
  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    it(`is deleted only with --self, not with --force alone, and is rotated with a warning: ${scope}`, async () => {
      const astro = await openAstroHome()
      const {id, token} = await astro.make(scope, 'own')
      await astro.make(scope, 'other')
      const options = {env: {ASTRO_API_TOKEN: token, TOKENRY_CONTEXT: 'embedded'}}
      const needsSelf = {exitCode: 2, words: [id, 'signed in', '--self']}
      await astro.refused(`${scope} token delete -t own -f`, needsSelf, options)
      await astro.refused(`${scope} token delete -t own --dry-run`, needsSelf, options)
      expect(await astro.run(`${scope} token delete -t other -f`, options)).to.include({exitCode: 0})
      const rotated = await astro.run(`${scope} token rotate -t own -f --json`, options)
      expect(JSON.parse(rotated.stdout).warnings.join()).to.contain('ASTRO_API_TOKEN')
      const tried = await astro.run(`${scope} token rotate -t own --dry-run`, options)
      expect(tried.stderr).to.contain('ASTRO_API_TOKEN')
      expect(await astro.run(`${scope} token delete -t own -f --self`, options)).to.include({exitCode: 0})
    })
  }

  it('is recognised by its secret, even if a rotation has ended that secret', async () => {
    const astro = await openAstroHome()
    const {token} = await astro.make('workspace', 'own')
    await astro.json('workspace token rotate -t own -f')
    const options = {env: {ASTRO_API_TOKEN: token, TOKENRY_CONTEXT: 'embedded'}}
    await astro.refused('workspace token delete -t own -f', {exitCode: 2, words: ['--self']}, options)
  })
})

describe('an old token in grace', () => {
  it('ends with its grace period in token verify, and fails a longer --valid-for', async () => {
    const at = await openAstroHome()
    const {token} = await at.make('workspace', 'ci')
    await at.json('workspace token rotate -t ci -f --grace 24h')
    const verified = resultOf(await at.run('token verify --json', {stdin: token}))
    expect(verified).to.include({valid: true, reason: null, expiresAt: '2026-11-23T12:00:00Z'})
    expect((await at.run('token verify --valid-for 24h', {stdin: token})).exitCode).to.equal(0)
    const refused = await at.run('token verify --json --valid-for 25h', {stdin: token})
    expect(refused.exitCode).to.equal(10)
    const {result, error} = JSON.parse(refused.stdout)
    expect(result).to.include({valid: true, reason: 'ends too soon', expiresAt: '2026-11-23T12:00:00Z'})
    expect(error.hint).to.contain('use the newer token')
  })
})
