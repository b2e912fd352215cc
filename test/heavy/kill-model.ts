import {expect} from 'chai'

export type Change =
  | {verb: 'create'; name: string}
  | {verb: 'rotate'; id: string}
  | {verb: 'update'; id: string; newName: string}
  | {verb: 'delete'; id: string}

export interface ChangeOutcome {
  killed: boolean
  /** The change was acknowledged: the process ended by itself, with success. */
  succeeded: boolean
  /** The printed secret, if it was printed completely; otherwise null. */
  secret: string | null
  stderr: string
}

/** The tokens as a client sees them. */
export interface SeenTokens {
  tokens: {id: string; name: string; unfinishedRotationAt: string | null}[]
  verify(secret: string): Promise<boolean>
  close(): Promise<void>
}

/** A token that must exist. */
export interface KnownToken {
  id: string
  name: string
  /** Secrets that were printed and have not ended since. Each must be accepted. */
  values: string[]
  /** A rotation was interrupted after its secret had been created. */
  unfinished: boolean
}

/** The changes acknowledged so far, and what must be true because of them. */
export interface Model {
  tokens(): KnownToken[]
  /**
   * When a change has ended, expect the seen tokens to be possible. From then on, the seen tokens
   * must stay.
   */
  settle(change: Change, outcome: ChangeOutcome, seen: SeenTokens): Promise<{changed: boolean; cutOff: boolean}>
}

export function createModel(): Model {
  const known = new Map<string, KnownToken>()
  const ended = new Set<string>()

  return {
    tokens: () => [...known.values()],
    async settle(change, outcome, seen) {
      try {
        if (!outcome.killed) expect(outcome.succeeded, `it failed: ${outcome.stderr}`).to.equal(true)
        if (change.verb === 'delete' || change.verb === 'update') expect(outcome.secret).to.equal(null)
        else if (outcome.succeeded) expect(outcome.secret, 'nothing was printed').to.not.equal(null)
        const settled = await settleOne(change, outcome, seen)
        await checkAll(seen)
        return settled
      } finally {
        await seen.close()
      }
    },
  }

  function settleOne(change: Change, outcome: ChangeOutcome, seen: SeenTokens) {
    if (change.verb === 'create') return settleCreate(change.name, outcome, seen)
    const token = known.get(change.id)
    if (!token) throw new Error('The campaign changes a token that it does not know')
    const now = seen.tokens.find(({id}) => id === token.id)
    if (change.verb === 'delete') return settleDelete(token, outcome, now !== undefined)
    if (!now) throw new Error(`Token ${token.id} is gone`)
    return change.verb === 'update'
      ? settleUpdate(token, change.newName, outcome, now)
      : settleRotate(token, outcome, now, seen)
  }

  /** If the secret was printed, the token exists exactly once; otherwise at most once. */
  function settleCreate(name: string, {secret}: ChangeOutcome, seen: SeenTokens) {
    const made = seen.tokens.filter((token) => token.name === name)
    expect(made.length, `tokens named ${name}`).to.be.within(secret === null ? 0 : 1, 1)
    for (const {id} of made) known.set(id, {id, name, values: secret === null ? [] : [secret], unfinished: false})
    return {changed: made.length > 0, cutOff: false}
  }

  /**
   * If the delete was acknowledged, the token is gone; otherwise it is gone or complete. checkAll
   * checks that all its secrets agree.
   */
  function settleDelete(token: KnownToken, {succeeded}: ChangeOutcome, isThere: boolean) {
    if (succeeded) expect(isThere, 'the deleted token is there').to.equal(false)
    if (!isThere) {
      known.delete(token.id)
      for (const value of token.values) ended.add(value)
    }
    return {changed: !isThere, cutOff: false}
  }

  function settleUpdate(token: KnownToken, newName: string, {succeeded}: ChangeOutcome, now: {name: string}) {
    expect(now.name).to.be.oneOf(succeeded ? [newName] : [token.name, newName])
    const changed = token.name !== now.name
    token.name = now.name
    return {changed, cutOff: false}
  }

  /**
   * A printed secret works. If the rotation was acknowledged, all older secrets have ended; they
   * never end before the new one is printed.
   */
  async function settleRotate(
    token: KnownToken,
    {secret, succeeded}: ChangeOutcome,
    now: {unfinishedRotationAt: string | null},
    seen: SeenTokens,
  ) {
    const unfinished = now.unfinishedRotationAt !== null
    if (succeeded) expect(unfinished, 'unfinished after a success').to.equal(false)
    const inForce = secret !== null && !unfinished
    if (!inForce && token.unfinished) expect(unfinished, 'the unfinished rotation is forgotten').to.equal(true)
    for (const value of token.values) {
      expect(await seen.verify(value), `an older value works (${unfinished ? 'un' : ''}finished)`).to.equal(!inForce)
      if (inForce) ended.add(value)
    }
    const values = inForce ? [] : token.values
    token.values = secret === null ? values : [...values, secret]
    const cutOff = unfinished && !token.unfinished
    token.unfinished = unfinished
    return {changed: inForce || cutOff, cutOff}
  }

  /**
   * Expect that nothing is lost, duplicated or valid again after its end, and that there is no
   * token that was never requested.
   */
  async function checkAll(seen: SeenTokens): Promise<void> {
    const expected = [...known.values()].map(({id, name}) => `${id} ${name}`)
    expect(seen.tokens.map(({id, name}) => `${id} ${name}`)).to.have.members(expected)
    for (const {id, values} of known.values()) {
      for (const value of values) expect(await seen.verify(value), `a printed value of ${id} works`).to.equal(true)
    }
    for (const value of ended) expect(await seen.verify(value), 'an ended value works').to.equal(false)
  }
}
