import {expect} from 'chai'
import {DAY_MS} from '../../src/lib/duration.ts'
import {keyOfToken} from '../../src/operations/tokens/token-access.ts'
import type {ReplaceOptions, StagedReplacement, TokenRecord} from '../../src/vendors/token-port.ts'
import {expectFailure} from '../support/rejection.ts'
import {COMMON_KEYS, expectReported, listNames, type OpenPort} from './token-port-harness.ts'

const HOUR_MS = 3_600_000
/**
 * A use counts for the minute after it and for the rest of its second. Further uses in that time
 * are not recorded.
 */
const USE_LASTS_MS = 61_000

/** The guarantees of each capability, if the port has it. */
export function describeCapabilities<Token extends TokenRecord, NewToken extends {name: string}>(
  open: OpenPort<Token, NewToken>,
): void {
  const {capabilities} = open.run
  if (capabilities.includes('mintUnique')) describe('mintUnique', () => describeMintUnique(open))
  if (capabilities.includes('replaceInSteps')) describe('replaceInSteps', () => describeSteps(open))
  if (capabilities.includes('graceMaxMs')) describe('a grace', () => describeGrace(open))
  if (capabilities.includes('endUnused')) describe('endUnused', () => describeEndUnused(open))
  if (capabilities.includes('listEnded')) describe('listEnded', () => describeListEnded(open))
}

/** Fail the test: it needs a capability that the port does not have. */
function missing(): never {
  throw new Error('The port lacks a capability that is expected of it')
}

function describeMintUnique<Token extends TokenRecord, NewToken extends {name: string}>({
  current,
}: OpenPort<Token, NewToken>): void {
  const mintUnique = (name: string) => current().port.mintUnique?.(current().newToken(name)) ?? missing()

  it('creates a token with a free name, and refuses a taken name with the key of its token', async () => {
    const {port, isValid} = current()
    const {secret, token} = await mintUnique('ci')
    const before = await port.list()
    expect(before).to.deep.equal([token])
    const err = await expectFailure(mintUnique('ci'), 'CONFLICT')
    expect(err.message).to.contain('named ci').and.to.contain(keyOfToken(token))
    expect(await port.list()).to.deep.equal(before)
    await mintUnique('other')
    expect(await isValid(secret)).to.equal(true)
  })

  it('counts a name that was taken without asking for a unique one', async () => {
    const {port, newToken} = current()
    const {token} = await port.mint(newToken('ci'))
    expect((await expectFailure(mintUnique('ci'), 'CONFLICT')).message).to.contain(keyOfToken(token))
  })

  it('creates one of several tokens that are requested with the same name concurrently', async () => {
    const attempts = await Promise.allSettled(Array.from({length: 5}, () => mintUnique('ci')))
    expect(attempts.filter(({status}) => status === 'fulfilled')).to.have.length(1)
    expect(await listNames(current().port)).to.deep.equal(['ci'])
  })

  it('may use the name of a token that has ended', async () => {
    const {token} = await mintUnique('ci')
    await current().port.end(token)
    await mintUnique('ci')
    expect(await listNames(current().port)).to.deep.equal(['ci'])
  })
}

function describeSteps<Token extends TokenRecord, NewToken extends {name: string}>({
  current,
}: OpenPort<Token, NewToken>): void {
  const begin = (token: Token, options: ReplaceOptions = {}): Promise<StagedReplacement<Token>> =>
    current().port.replaceInSteps?.(token, options) ?? missing()
  const works = (...secrets: string[]) => Promise.all(secrets.map(current().isValid))
  const mint = () => current().port.mint(current().newToken('ci', 1))

  it('accepts both secrets until it is finished, then only the new one', async () => {
    const {port, clock} = current()
    const old = await mint()
    clock.nowMs += 1000
    const staged = await begin(old.token)
    expect(await works(old.secret, staged.secret)).to.deep.equal([true, true])
    const finished = await staged.finish()
    expect(await works(old.secret, staged.secret)).to.deep.equal([false, true])
    for (const key of COMMON_KEYS) expect(staged.token[key], key).to.deep.equal(finished[key])
    expect(await port.list()).to.deep.equal([finished])
    if (finished.fragment !== undefined) expect(staged.secret.endsWith(finished.fragment)).to.equal(true)
  })

  it('leaves the token unchanged if it is undone', async () => {
    const {port} = current()
    const old = await mint()
    const staged = await begin(old.token)
    await staged.undo()
    expect(await works(old.secret, staged.secret)).to.deep.equal([true, false])
    expect(await port.list()).to.deep.equal([old.token])
    await expectFailure(staged.finish(), 'CONFLICT')
    expect(await works(old.secret, staged.secret)).to.deep.equal([true, false])
  })

  it('ignores an undo after the finish', async () => {
    const old = await mint()
    const staged = await begin(old.token)
    await staged.finish()
    await staged.undo()
    expect(await works(old.secret, staged.secret)).to.deep.equal([false, true])
  })

  it('is CONFLICT if another replacement was finished first; the secret of that one stays', async () => {
    const {port} = current()
    const old = await mint()
    const [first, second] = [await begin(old.token), await begin(old.token)]
    await second.finish()
    await expectFailure(first.finish(), 'CONFLICT')
    expect(await works(old.secret, first.secret, second.secret)).to.deep.equal([false, false, true])
    const third = await begin(old.token)
    const {secret} = await port.replace(old.token)
    await expectFailure(third.finish(), 'CONFLICT')
    expect(await works(second.secret, third.secret, secret)).to.deep.equal([false, false, true])
  })

  it('is CONFLICT if the token was ended first, and no secret works', async () => {
    const {port} = current()
    const old = await mint()
    const staged = await begin(old.token)
    await port.end(old.token)
    await expectFailure(staged.finish(), 'CONFLICT')
    expect(await works(old.secret, staged.secret)).to.deep.equal([false, false])
    expect(await port.list()).to.deep.equal([])
  })

  it('is NOT_FOUND for a token that has ended', async () => {
    const {token} = await mint()
    await current().port.end(token)
    await expectFailure(begin(token), 'NOT_FOUND')
  })

  it('ends the secret of an unfinished replacement when the next one is finished', async () => {
    const old = await mint()
    const left = await begin(old.token)
    const next = await begin(old.token)
    expect(await works(old.secret, left.secret, next.secret)).to.deep.equal([true, true, true])
    await next.finish()
    expect(await works(old.secret, left.secret, next.secret)).to.deep.equal([false, false, true])
  })
}

function describeGrace<Token extends TokenRecord, NewToken extends {name: string}>({
  current,
}: OpenPort<Token, NewToken>): void {
  const begin = (token: Token, options: ReplaceOptions) => current().port.replaceInSteps?.(token, options) ?? missing()
  const works = (...secrets: string[]) => Promise.all(secrets.map(current().isValid))
  const mint = (days?: number) => current().port.mint(current().newToken('ci', days))
  const replaceWith = async (token: Token, options: ReplaceOptions) => {
    const staged = await begin(token, options)
    await staged.finish()
    return staged.secret
  }

  it('keeps the old secret valid for the grace, counted from the finish, and no longer', async () => {
    const {clock} = current()
    const old = await mint()
    const staged = await begin(old.token, {graceMs: HOUR_MS})
    clock.nowMs += 5000
    await staged.finish()
    clock.nowMs += HOUR_MS - 1
    expect(await works(old.secret, staged.secret)).to.deep.equal([true, true])
    clock.nowMs += 1
    expect(await works(old.secret, staged.secret)).to.deep.equal([false, true])
  })

  it('is at most as long as the port allows', async () => {
    const {port, clock} = current()
    const {graceMaxMs = missing()} = port
    const old = await mint()
    const before = await port.list()
    await expectFailure(begin(old.token, {graceMs: graceMaxMs + 1}), 'INVALID')
    expect(await port.list()).to.deep.equal(before)
    const secret = await replaceWith(old.token, {graceMs: graceMaxMs})
    clock.nowMs += graceMaxMs - 1
    expect(await works(old.secret, secret)).to.deep.equal([true, true])
  })

  it('does not extend the life of the old secret', async () => {
    const {clock} = current()
    const old = await mint(1)
    clock.nowMs += DAY_MS - 1000
    const secret = await replaceWith(old.token, {graceMs: HOUR_MS})
    clock.nowMs += 1000
    expect(await works(old.secret, secret)).to.deep.equal([false, true])
  })

  it('blocks another replacement while it lasts, unless that one ends all secrets', async () => {
    const {port} = current()
    const old = await mint()
    const second = await replaceWith(old.token, {graceMs: HOUR_MS})
    const before = await port.list()
    expect((await expectFailure(begin(old.token, {}), 'CONFLICT')).message).to.contain('in grace')
    await expectFailure(port.replace(old.token), 'CONFLICT')
    expect(await port.list()).to.deep.equal(before)
    expect(await works(old.secret, second)).to.deep.equal([true, true])
    const third = await replaceWith(old.token, {endAllValues: true})
    expect(await works(old.secret, second, third)).to.deep.equal([false, false, true])
  })

  it('ends with its token', async () => {
    const {port} = current()
    const old = await mint()
    const secret = await replaceWith(old.token, {graceMs: HOUR_MS})
    await port.end(old.token)
    expect(await works(old.secret, secret)).to.deep.equal([false, false])
  })
}

function describeEndUnused<Token extends TokenRecord, NewToken extends {name: string}>({
  current,
}: OpenPort<Token, NewToken>): void {
  const endUnused = (token: Token) => current().port.endUnused?.(token, HOUR_MS) ?? missing()

  it('ends a token that was never used, no matter how new it is', async () => {
    const {port, newToken, isValid} = current()
    const {secret, token} = await port.mint(newToken('ci'))
    await endUnused(token)
    expect([await isValid(secret), await port.list()]).to.deep.equal([false, []])
    await expectFailure(endUnused(token), 'NOT_FOUND')
  })

  it('is CHECK_FAILED for a token that was used within the time, which stays valid, and ends it later', async () => {
    const {port, clock, newToken, isValid, use} = current()
    const {secret, token} = await port.mint(newToken('ci'))
    await use(secret)
    clock.nowMs += HOUR_MS
    const before = await port.list()
    expect((await expectFailure(endUnused(token), 'CHECK_FAILED')).message).to.contain('used')
    expect([await isValid(secret), await port.list()]).to.deep.equal([true, before])
    clock.nowMs += USE_LASTS_MS
    await endUnused(token)
    expect(await isValid(secret)).to.equal(false)
  })

  it('checks the uses, not the record that was read before', async () => {
    const {port, newToken, use} = current()
    const {secret, token} = await port.mint(newToken('ci'))
    await use(secret)
    await expectFailure(endUnused(token), 'CHECK_FAILED')
    expect(await listNames(port)).to.deep.equal(['ci'])
  })
}

function describeListEnded<Token extends TokenRecord, NewToken extends {name: string}>({
  run,
  current,
}: OpenPort<Token, NewToken>): void {
  const listEnded = () => current().port.listEnded?.() ?? missing()

  it('lists the ended tokens, the latest end last, each with its time, and no live token', async () => {
    const {port, clock, newToken} = current()
    const minted = []
    for (const name of ['a', 'b', 'live', 'c']) minted.push((await port.mint(newToken(name))).token)
    expect(await listEnded()).to.deep.equal([])
    const ends: [string, number][] = []
    for (const token of minted.toReversed().filter(({name}) => name !== 'live')) {
      clock.nowMs += 1000
      await port.end(token)
      ends.push([token.name, clock.nowMs])
    }
    const ended = await listEnded()
    expect(ended.map(({name, endedAt}) => [name, Date.parse(endedAt)])).to.deep.equal(ends)
    expect(await listNames(port)).to.deep.equal(['live'])
    for (const token of ended) expectReported(token, run.reported)
  })
}
