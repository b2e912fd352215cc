import {expect} from 'chai'
import {DAY_MS} from '../../src/lib/duration.ts'
import {keyOfToken} from '../../src/operations/tokens/token-access.ts'
import type {TokenRecord} from '../../src/vendors/token-port.ts'
import {expectFailure} from '../support/rejection.ts'
import {CAPABILITIES, expectReported, listNames, type OpenPort, reports} from './token-port-harness.ts'

/** The guarantees of every port for the records that it returns. */
export function describeRecords<Token extends TokenRecord, NewToken extends {name: string}>({
  run,
  current,
}: OpenPort<Token, NewToken>): void {
  it('has the expected capabilities, and no other', () => {
    const {port} = current()
    expect(CAPABILITIES.filter((name) => port[name] !== undefined)).to.have.members([...run.capabilities])
  })

  it('lists every live token in order of creation, no matter how many pages that takes', async () => {
    const {port, clock, newToken} = current()
    expect(await port.list()).to.deep.equal([])
    const names = ['m', 'b', 'z', 'a', 'k']
    for (const name of names) {
      await port.mint(newToken(name))
      clock.nowMs += 1000
    }
    expect(await listNames(port)).to.deep.equal(names)
    const [, second] = await port.list()
    if (second) await port.end(second)
    expect(await listNames(port)).to.deep.equal(names.filter((name) => name !== 'b'))
  })

  it('creates a token with a secret that works, and that is in no record', async () => {
    const {port, newToken, isValid} = current()
    const {secret, token} = await port.mint(newToken('ci'))
    expect(await isValid(secret)).to.equal(true)
    expect(token).to.include({name: 'ci'})
    const listed = await port.list()
    expect(listed).to.deep.equal([token])
    expect(JSON.stringify([token, listed])).to.not.contain(secret)
    if (reports(run, 'fragment')) expect(token.fragment).to.have.length.within(4, 8)
    if (token.fragment !== undefined) expect(secret.endsWith(token.fragment)).to.equal(true)
  })

  it('has a key for everything that is reported, and none for the rest: null means never', async () => {
    const {port, clock, newToken} = current()
    const {token: endless} = await port.mint(newToken('endless'))
    const {token: limited} = await port.mint(newToken('limited', 2))
    const rotated = run.replaces ? [(await port.replace(limited)).token] : []
    for (const token of [endless, limited, ...rotated, ...(await port.list())]) expectReported(token, run.reported)
    if (reports(run, 'expiresAt')) {
      if (!run.everyTokenEnds) expect(endless.expiresAt).to.equal(null)
      expect(Date.parse(limited.expiresAt ?? '')).to.equal(clock.nowMs + 2 * DAY_MS)
    }
    if (reports(run, 'lastUsedAt')) expect(endless.lastUsedAt).to.equal(null)
    if (reports(run, 'lastRotatedAt')) expect(endless.lastRotatedAt).to.equal(null)
    if (reports(run, 'createdAt')) expect(Date.parse(endless.createdAt ?? '')).to.equal(clock.nowMs)
  })

  if (reports(run, 'owner')) {
    it('names the owner of a token in every record', async () => {
      const {port, newToken, owner} = current()
      const {token} = await port.mint(newToken('ci'))
      const replaced = run.replaces ? [(await port.replace(token)).token] : []
      for (const each of [token, ...replaced, ...(await port.list())]) expect(each.owner).to.deep.equal(owner)
    })
  }

  it('accepts a secret until its token expires', async () => {
    const {port, clock, newToken, isValid} = current()
    const {secret} = await port.mint(newToken('ci', 1))
    clock.nowMs += DAY_MS - 1
    expect(await isValid(secret)).to.equal(true)
    clock.nowMs += 1
    expect(await isValid(secret)).to.equal(false)
  })

  it('reports a use only for the token that was used, if uses are reported', async () => {
    const {port, clock, newToken, use} = current()
    const {secret} = await port.mint(newToken('used'))
    await port.mint(newToken('unused'))
    await use(secret)
    const times = (await port.list()).map(({name, lastUsedAt}) => [name, lastUsedAt && Date.parse(lastUsedAt)])
    const [usedAt, never] = reports(run, 'lastUsedAt') ? [clock.nowMs, null] : [undefined, undefined]
    expect(times).to.have.deep.members([
      ['used', usedAt],
      ['unused', never],
    ])
  })

  it(run.namesUnique ? 'refuses a name that is taken' : 'accepts a duplicate name', async () => {
    const {port, newToken, isValid} = current()
    const {secret} = await port.mint(newToken('ci'))
    const again = port.mint(newToken('ci'))
    if (run.namesUnique) expect((await expectFailure(again, 'CONFLICT')).message).to.contain('named ci')
    else await again
    expect(await listNames(port)).to.deep.equal(run.namesUnique ? ['ci'] : ['ci', 'ci'])
    expect(await isValid(secret)).to.equal(true)
  })
}

/** The guarantees of every port for replacing and ending secrets. */
export function describeReplaceAndEnd<Token extends TokenRecord, NewToken extends {name: string}>({
  run,
  current,
}: OpenPort<Token, NewToken>): void {
  if (run.replaces) {
    it('replaces a secret: the old one is refused as soon as the answer is sent, and the period starts again', async () => {
      const {port, clock, newToken, isValid} = current()
      const old = await port.mint(newToken('ci', 1))
      const other = await port.mint(newToken('other'))
      clock.nowMs += 1000
      const {secret, token} = await port.replace(old.token)
      expect(await Promise.all([old.secret, secret, other.secret].map(isValid))).to.deep.equal([false, true, true])
      const {name, id, owner, kind, createdAt} = old.token
      for (const [key, before] of Object.entries({name, id, owner, kind})) {
        expect(Reflect.get(token, key), key).to.deep.equal(before)
      }
      if (run.replaceRestartsCreation) expect(Date.parse(token.createdAt ?? '')).to.equal(clock.nowMs)
      else expect(token.createdAt).to.equal(createdAt)
      if (reports(run, 'expiresAt')) expect(Date.parse(token.expiresAt ?? '')).to.equal(clock.nowMs + DAY_MS)
      if (reports(run, 'lastRotatedAt')) expect(Date.parse(token.lastRotatedAt ?? '')).to.equal(clock.nowMs)
      if (token.fragment !== undefined) expect(secret.endsWith(token.fragment)).to.equal(true)
      expect((await port.list()).find((each) => keyOfToken(each) === keyOfToken(token))).to.deep.equal(token)
    })
  } else {
    it('refuses to replace a secret, and leaves it unchanged', async () => {
      const {port, newToken, isValid} = current()
      const {secret, token} = await port.mint(newToken('ci'))
      expect((await expectFailure(port.replace(token), 'USAGE')).message).to.contain('cannot')
      expect(await isValid(secret)).to.equal(true)
      expect(await port.list()).to.deep.equal([token])
    })
  }

  it('ends a token with all its secrets, and no other token; then it is NOT_FOUND', async () => {
    const {port, newToken, isValid} = current()
    const other = await port.mint(newToken('other'))
    const first = await port.mint(newToken('ci'))
    const last = run.replaces ? await port.replace(first.token) : first
    await port.end(first.token)
    expect(await Promise.all([first.secret, last.secret, other.secret].map(isValid))).to.deep.equal([
      false,
      false,
      true,
    ])
    expect(await port.list()).to.deep.equal([other.token])
    await expectFailure(port.end(first.token), 'NOT_FOUND')
    if (run.replaces) await expectFailure(port.replace(first.token), 'NOT_FOUND')
    expect(await isValid(other.secret)).to.equal(true)
  })

  it('lets a new token use the name of a token that has ended', async () => {
    const {port, newToken, isValid} = current()
    const {secret, token} = await port.mint(newToken('ci'))
    await port.end(token)
    const again = await port.mint(newToken('ci'))
    expect([await isValid(secret), await isValid(again.secret)]).to.deep.equal([false, true])
    expect(await listNames(port)).to.deep.equal(['ci'])
  })
}
