import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import type {Deliver, DeliverOptions} from '../../src/operations/tokens/deliver.ts'
import {endToken} from '../../src/operations/tokens/end-token.ts'
import {mintToken} from '../../src/operations/tokens/mint-token.ts'
import {replaceToken} from '../../src/operations/tokens/replace-token.ts'
import {keyOfToken, readVerbs} from '../../src/operations/tokens/token-access.ts'
import type {ReplaceOptions, TokenRecord} from '../../src/vendors/token-port.ts'
import {expectFailure} from '../support/rejection.ts'
import {listNames, type OpenPort, reports} from './token-port-harness.ts'

const HOUR_MS = 3_600_000
const USE_LASTS_MS = 61_000

/** How the operations of every vendor use the port, and what they say if it lacks a capability. */
export function describePortOperations<Token extends TokenRecord, NewToken extends {name: string}>(
  open: OpenPort<Token, NewToken>,
): void {
  describe('mintToken', () => describeMinting(open))
  if (open.run.replaces) describe('replaceToken', () => describeReplacing(open))
  describe('endToken', () => describeEnding(open))
}

/** Expect the one warning that something is done in two steps, or no warning. */
function expectTwoSteps(warnings: string[], where: string, inOneStep: boolean): void {
  expect(warnings).to.have.length(inOneStep ? 0 : 1)
  if (!inOneStep)
    expect(warnings[0])
      .to.contain(`${where.slice(1)}`)
      .and.to.contain('in one step')
}

/** Reject like a write to a closed pipe. */
async function failToDeliver(): Promise<never> {
  throw Object.assign(new Error('write failed'), {code: 'EPIPE'})
}

async function stop(): Promise<never> {
  throw new AppError('TERMINATED', 'Stopped by SIGTERM', {signal: 'SIGTERM'})
}

function describeMinting<Token extends TokenRecord, NewToken extends {name: string}>({
  run,
  current,
}: OpenPort<Token, NewToken>): void {
  const warnings: string[] = []
  const delivered: ({secret: string; key: string} & DeliverOptions)[] = []
  beforeEach(() => {
    warnings.length = 0
    delivered.length = 0
  })
  const record: Deliver<{key: string}> = async (secret, {key}, options) =>
    void delivered.push({secret, key, ...options})
  const mint = (name: string, {deliver = record, uniqueName = false} = {}) =>
    mintToken(current(), {
      token: current().newToken(name),
      uniqueName,
      toResult: (token: Token) => ({key: keyOfToken(token)}),
      deliver,
      warn: async (text) => void warnings.push(text),
    })

  it('delivers the secret once with the result that it returns, unless a signal came before', async () => {
    const {port, isValid} = current()
    const {key} = await mint('ci')
    expect(delivered.map(({key: of, afterSignal}) => [of, afterSignal])).to.deep.equal([[key, 'refuse']])
    expect(await isValid(delivered[0]?.secret ?? '')).to.equal(true)
    expect((await port.list()).map(keyOfToken)).to.deep.equal([key])
    expect(warnings).to.deep.equal([])
  })

  it('ends a new token whose secret could not be delivered, and no other token', async () => {
    const {port, isValid} = current()
    await mint('other')
    const before = await port.list()
    let lost = ''
    const deliver = async (secret: string) => {
      lost = secret
      await failToDeliver()
    }
    const err = await expectFailure(mint('ci', {deliver}), 'UNDELIVERED')
    expect(err.message).to.contain('EPIPE').and.to.contain('it was ended again')
    expect([await isValid(lost), await port.list()]).to.deep.equal([false, before])
  })

  it('ends a new token whose delivery was stopped by a signal, and stays TERMINATED', async () => {
    const err = await expectFailure(mint('ci', {deliver: stop}), 'TERMINATED')
    expect(err.details.signal).to.equal('SIGTERM')
    expect(await current().port.list()).to.deep.equal([])
  })

  it('refuses a taken name that must be unique: the refusal has the key of its token, and names the list command', async () => {
    const {port, words} = current()
    const {key} = await mint('ci')
    const before = await port.list()
    const err = await expectFailure(mint('ci', {uniqueName: true}), 'CONFLICT')
    expect(err.message).to.contain('named ci').and.to.contain(key)
    expect(err.details.hint).to.contain(words.command('list'))
    expect([await port.list(), delivered.length, warnings]).to.deep.equal([before, 1, []])
  })

  it('creates a token with a free name, and warns if this takes two steps', async () => {
    const {port, words} = current()
    await mint('other')
    await mint('ci', {uniqueName: true})
    expect(await listNames(port)).to.have.members(['other', 'ci'])
    expectTwoSteps(warnings, words.where, run.capabilities.includes('mintUnique'))
  })
}

function describeReplacing<Token extends TokenRecord, NewToken extends {name: string}>({
  run,
  current,
}: OpenPort<Token, NewToken>): void {
  const inSteps = run.capabilities.includes('replaceInSteps')
  const works = (...secrets: string[]) => Promise.all(secrets.map(current().isValid))
  const replace = (token: Token, deliver: Deliver<{key: string}>, options: ReplaceOptions = {}) =>
    replaceToken(current(), {token, ...options, toResult: (each: Token) => ({key: keyOfToken(each)}), deliver})
  const mint = () => current().port.mint(current().newToken('ci'))

  it(`delivers the secret while the old one ${inSteps ? 'still works, and then ends the old one' : 'has ended'}`, async () => {
    const old = await mint()
    const seen: unknown[] = []
    let secret = ''
    const {key} = await replace(old.token, async (given, result, options) => {
      secret = given
      seen.push(result.key, options.afterSignal, await works(old.secret, given))
    })
    expect(seen).to.deep.equal([key, inSteps ? 'refuse' : 'deliver', [inSteps, true]])
    expect(await works(old.secret, secret)).to.deep.equal([false, true])
  })

  for (const [what, fail, code] of [
    ['could not be written', failToDeliver, 'UNDELIVERED'],
    ['was not written because of a signal', stop, inSteps ? 'TERMINATED' : 'UNDELIVERED'],
  ] as const) {
    it(`says which secret still works after a new one that ${what}`, async () => {
      const {words, port} = current()
      const old = await mint()
      let lost = ''
      const deliver = async (secret: string) => {
        lost = secret
        await fail()
      }
      const err = await expectFailure(replace(old.token, deliver), code)
      expect(err.message).to.contain(keyOfToken(old.token))
      if (inSteps) {
        expect(err.message).to.contain('the old secret is still valid')
        expect(await works(old.secret, lost)).to.deep.equal([true, false])
        expect(await port.list()).to.deep.equal([old.token])
      } else {
        expect(err.message).to.contain('the old one has ended')
        expect(err.details.hint).to.contain(
          words.command(`${readVerbs(words).replace} ${keyOfToken(old.token)} --force`),
        )
        expect(await works(old.secret)).to.deep.equal([false])
      }
    })
  }

  if (run.capabilities.includes('graceMaxMs')) {
    it('keeps the old secret valid for the requested grace', async () => {
      const old = await mint()
      await replace(old.token, async () => {}, {graceMs: HOUR_MS})
      expect(await works(old.secret)).to.deep.equal([true])
      const again = replace(old.token, async () => {})
      const err = await expectFailure(again, 'CONFLICT')
      expect(err.details.hint).to.contain(current().words.command('list'))
      await replace(old.token, async () => {}, {endAllValues: true})
      expect(await works(old.secret)).to.deep.equal([false])
    })
  } else {
    for (const [flag, options] of [
      ['--grace', {graceMs: HOUR_MS}],
      ['--end-all-values', {endAllValues: true}],
    ] as const) {
      it(`refuses ${flag}, naming the context and the flag, and changes nothing`, async () => {
        const {port, words} = current()
        const old = await mint()
        const before = await port.list()
        const deliver = async () => expect.fail('nothing is to be delivered')
        const err = await expectFailure(replace(old.token, deliver, options), 'USAGE')
        expect(err.message).to.contain(`${words.where.slice(1)} cannot`)
        expect(err.details.hint).to.contain(flag)
        expect([await port.list(), await works(old.secret)]).to.deep.equal([before, [true]])
      })
    }
  }
}

function describeEnding<Token extends TokenRecord, NewToken extends {name: string}>({
  run,
  current,
}: OpenPort<Token, NewToken>): void {
  const warnings: string[] = []
  beforeEach(() => {
    warnings.length = 0
  })
  const end = (token: Token, unusedForMs?: number) => {
    const {port, clock} = current()
    return endToken(current(), {
      token,
      unusedForMs,
      async readAgain() {
        const found = (await port.list()).find((each) => keyOfToken(each) === keyOfToken(token))
        if (!found) throw new AppError('NOT_FOUND', `No token ${keyOfToken(token)}`)
        return found
      },
      now: () => clock.nowMs,
      warn: async (text) => void warnings.push(text),
    })
  }
  const mint = () => current().port.mint(current().newToken('ci'))
  const inOneStep = run.capabilities.includes('endUnused')

  it('ends a token, used or not, if there is no condition', async () => {
    const {secret, token} = await mint()
    await current().use(secret)
    await end(token)
    expect(await current().isValid(secret)).to.equal(false)
    expect(warnings).to.deep.equal([])
  })

  if (inOneStep || reports(run, 'lastUsedAt')) {
    it('leaves a token that was used since it was read: CHECK_FAILED', async () => {
      const {port, clock, isValid, use} = current()
      const {secret, token} = await mint()
      await use(secret)
      clock.nowMs += HOUR_MS
      const before = await port.list()
      expect((await expectFailure(end(token, HOUR_MS), 'CHECK_FAILED')).message).to.contain('used')
      expect([await isValid(secret), await port.list(), warnings]).to.deep.equal([true, before, []])
      clock.nowMs += USE_LASTS_MS
      await end(token, HOUR_MS)
      expect(await isValid(secret)).to.equal(false)
      expectTwoSteps(warnings, current().words.where, inOneStep)
    })

    it('ends a token that was never used, and warns if this takes two steps', async () => {
      const {secret, token} = await mint()
      await end(token, HOUR_MS)
      expect(await current().isValid(secret)).to.equal(false)
      expectTwoSteps(warnings, current().words.where, inOneStep)
    })
  } else {
    it('refuses --unused-for if uses are not reported, naming the context and the flag, and ends nothing', async () => {
      const {port, words, isValid} = current()
      const {secret, token} = await mint()
      const err = await expectFailure(end(token, HOUR_MS), 'USAGE')
      expect(err.message).to.contain(`${words.where.slice(1)} does not report`)
      expect(err.details.hint).to.contain('--unused-for')
      expect([await isValid(secret), await port.list()]).to.deep.equal([true, [token]])
    })
  }
}
