import {expect} from 'chai'
import fc from 'fast-check'
import {AppError} from '../../../src/errors/app-error.ts'
import type {Actor} from '../../../src/service/context.ts'
import type {RotationOptions, StagedRotation} from '../../../src/service/tokens/rotate.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {repeatTransactions} from '../../support/engines.ts'
import {TEST_NOW} from '../../support/run-tokenry.ts'
import {issueTestToken, openTestService, type TestService, type TestServiceOptions} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}

/** `back`: the index of a rotation, counted from the latest one. */
type Step =
  | {do: 'begin'; options: RotationOptions}
  | {do: 'finish' | 'undo'; back: number}
  | {do: 'delete'}
  | {do: 'wait'; ms: number}
  | {do: 'wait for the grace'; ms: number}
  | {do: 'use'; back: number}

const options = fc.oneof(
  fc.integer({min: 1, max: 8}).map((graceMs) => ({graceMs})),
  fc.constant({}),
  fc.constant({endAllValues: true}),
)
const back = fc.oneof({weight: 3, arbitrary: fc.constant(0)}, {weight: 1, arbitrary: fc.nat(5)})

// All times are small, so that ends of grace, expiries and steps of the clock often coincide. The
// clock also goes back.
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {weight: 6, arbitrary: fc.record({do: fc.constant('begin' as const), options})},
  {weight: 6, arbitrary: fc.record({do: fc.constant('finish' as const), back})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('undo' as const), back})},
  {weight: 3, arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.integer({min: -4, max: 8})})},
  // Another use is recorded only after a minute.
  {weight: 1, arbitrary: fc.record({do: fc.constant('wait' as const), ms: fc.constant(60_000)})},
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constant('wait for the grace' as const), ms: fc.integer({min: -1, max: 1})}),
  },
  {weight: 4, arbitrary: fc.record({do: fc.constant('use' as const), back})},
  {weight: 1, arbitrary: fc.constant({do: 'delete' as const})},
)

interface ModelValue {
  state: 'pending' | 'current' | 'grace' | 'rotated' | 'undelivered' | 'deleted'
  validFrom: number
  validUntil: number
  graceUntil: number
  lastUsedAt: number | null
  wasCurrent: boolean
  /** When it ended, if it ended before its expiry. */
  endedAt: number
}

type Shown = Record<'fragment', string | null> &
  Record<'validUntil' | 'lastUsedAt' | 'pendingSince' | 'graceUntil', number | null>

type Verdict = 'valid' | {reason: string; endedAt: number | null}

/** A model of a token without a store: its secrets in the order in which they were created. */
class Model {
  nowMs = TEST_NOW
  deleted = false
  lastUsedAt: number | null = null
  readonly values: ModelValue[] = []
  readonly #lifetimeMs: number

  constructor(lifetimeMs: number | null) {
    this.#lifetimeMs = lifetimeMs ?? Number.POSITIVE_INFINITY
    this.#mint('current')
  }

  #mint(state: 'pending' | 'current'): void {
    const times = {validFrom: this.nowMs, validUntil: this.nowMs + this.#lifetimeMs, graceUntil: 0, endedAt: 0}
    this.values.push({state, ...times, lastUsedAt: null, wasCurrent: state === 'current'})
  }

  /** End a secret. If its grace has passed, the secret has already ended at that time. */
  #end(value: ModelValue, state: 'rotated' | 'undelivered' | 'deleted'): void {
    const passed = value.state === 'grace' && value.graceUntil <= this.nowMs
    value.endedAt = passed ? value.graceUntil : this.nowMs
    value.state = passed ? 'rotated' : state
  }

  begin({endAllValues}: RotationOptions): string {
    if (this.deleted) return 'NOT_FOUND'
    const inGrace = this.values.filter(({state}) => state === 'grace')
    if (!endAllValues && inGrace.some(({graceUntil}) => graceUntil > this.nowMs)) return 'CONFLICT'
    for (const value of inGrace) if (value.graceUntil <= this.nowMs) this.#end(value, 'rotated')
    this.#mint('pending')
    return 'done'
  }

  finish(staged: ModelValue, {graceMs = 0}: RotationOptions): string {
    if (staged.state !== 'pending') return 'CONFLICT'
    for (const value of this.values) {
      if (value.state === 'pending' && value !== staged) this.#end(value, 'undelivered')
      if (value.state === 'current' && graceMs > 0 && value.validUntil > this.nowMs) {
        value.state = 'grace'
        value.graceUntil = Math.min(this.nowMs + graceMs, value.validUntil)
      } else if (value.state === 'current' || value.state === 'grace') this.#end(value, 'rotated')
    }
    staged.state = 'current'
    staged.wasCurrent = true
    return 'done'
  }

  undo(staged: ModelValue): string {
    if (staged.state === 'pending') this.#end(staged, 'undelivered')
    return 'done'
  }

  delete(): string {
    if (this.deleted) return 'NOT_FOUND'
    this.deleted = true
    for (const value of this.values) {
      if (['pending', 'current', 'grace'].includes(value.state)) this.#end(value, 'deleted')
    }
    return 'done'
  }

  /** Return the expected verdict for each secret. */
  verdicts(): Verdict[] {
    return this.values.map(({state, validUntil, graceUntil, endedAt}) => {
      if (state === 'grace') return graceUntil > this.nowMs ? 'valid' : {reason: 'rotated', endedAt: graceUntil}
      if (state !== 'pending' && state !== 'current') return {reason: state, endedAt}
      return validUntil > this.nowMs ? 'valid' : {reason: 'expired', endedAt: validUntil}
    })
  }

  /** Return the fields of the token that depend on its secrets. */
  shown(secrets: string[]): Shown {
    const {values} = this
    const current = values.findIndex(({state}) => state === 'current')
    const index = current === -1 ? values.findLastIndex(({wasCurrent}) => wasCurrent) : current
    const pending = values.filter(({state}) => state === 'pending').map(({validFrom}) => validFrom)
    const validUntil = values[index]?.validUntil ?? Number.POSITIVE_INFINITY
    return {
      fragment: secrets[index]?.slice(-8) ?? null,
      validUntil: validUntil === Number.POSITIVE_INFINITY ? null : validUntil,
      lastUsedAt: this.lastUsedAt,
      pendingSince: pending.length === 0 ? null : Math.max(...pending),
      graceUntil: this.graceUntil(),
    }
  }

  graceUntil(): number | null {
    return this.values.findLast(({state}) => state === 'grace')?.graceUntil ?? null
  }

  /**
   * Record a use unless one was recorded in the minute before. If the clock was set back, nothing
   * is recorded.
   */
  use(index: number): string {
    const value = this.values[index]
    if (!value || this.verdicts()[index] !== 'valid') return 'UNAUTHENTICATED'
    const since = this.nowMs - 59_999
    if (value.lastUsedAt === null || value.lastUsedAt < since) {
      value.lastUsedAt = this.nowMs
      this.lastUsedAt = Math.max(this.lastUsedAt ?? 0, this.nowMs)
    }
    return 'done'
  }
}

/** The same steps on the real service, with the clock of the model. */
class Real {
  readonly secrets: string[]
  readonly rotations: {staged: StagedRotation; value: ModelValue; options: RotationOptions}[] = []
  readonly #test: TestService
  readonly #reference: {organizationId: string; tokenId: string}

  constructor(test: TestService, issued: {secret: string; token: {id: string}}) {
    this.#test = test
    this.secrets = [issued.secret]
    this.#reference = {organizationId: test.organizationId, tokenId: issued.token.id}
  }

  begin(options: RotationOptions, model: Model): Promise<string> {
    return outcomeOf(async () => {
      const staged = await this.#test.service.beginRotation(ASTRO_POLICY, ACTOR, {...this.#reference, ...options})
      this.secrets.push(staged.secret)
      const value = model.values.at(-1)
      if (value) this.rotations.push({staged, value, options})
    })
  }

  delete(): Promise<string> {
    return outcomeOf(() => this.#test.service.delete(ASTRO_POLICY, ACTOR, this.#reference))
  }

  verdicts(): Promise<Verdict[]> {
    return Promise.all(
      this.secrets.map(async (secret) => {
        const verdict = await this.#test.service.verify(secret)
        return verdict.valid ? 'valid' : {reason: verdict.reason, endedAt: verdict.endedAt}
      }),
    )
  }

  /** Use a secret, and wait until the use is recorded: that happens after the answer. */
  async use(index: number): Promise<string> {
    const outcome = await outcomeOf(() => this.#test.service.authenticate(ASTRO_POLICY, this.secrets[index] ?? ''))
    await this.#test.service.settle()
    return outcome
  }

  async shown(): Promise<Shown> {
    const {organizationId, tokenId} = this.#reference
    const token = await this.#test.service.read.findToken(organizationId, 'astro', tokenId)
    const {fragment = null, validUntil = null, lastUsedAt = null, pendingSince = null, graceUntil = null} = token ?? {}
    return {fragment, validUntil, lastUsedAt, pendingSince, graceUntil}
  }
}

describe('rotations, undos, deletes, uses and clock changes in any order', () => {
  for (const [title, serviceOptions, numRuns] of [
    ['', {}, 150],
    [', also if each transaction is run twice', {wrapEngine: repeatTransactions}, 100],
  ] as const) {
    it(`leave exactly the secrets of a model valid, and show the same fields, at every moment${title}`, () =>
      compareWithModel(serviceOptions, numRuns))
  }

  async function compareWithModel(serviceOptions: TestServiceOptions, numRuns: number) {
    const test = await openTestService(serviceOptions)
    try {
      const lifetime = fc.option(fc.integer({min: 1, max: 30}), {nil: null})
      const steps = fc.array(STEP, {minLength: 1, maxLength: 25})
      await fc.assert(
        fc.asyncProperty(lifetime, steps, async (lifetimeMs, taken) => {
          test.clock.nowMs = TEST_NOW
          const model = new Model(lifetimeMs)
          const real = new Real(test, await issueTestToken(test, {lifetimeMs}))
          for (const step of taken) {
            const [expected, outcome] = await take(step, {model, real, clock: test.clock})
            expect(outcome).to.equal(expected)
            expect(await real.verdicts()).to.deep.equal(model.verdicts())
            expect(await real.shown()).to.deep.equal(model.shown(real.secrets))
          }
        }),
        {numRuns},
      )
    } finally {
      await test.service.close()
    }
  }
})

interface Sides {
  model: Model
  real: Real
  clock: {nowMs: number}
}

/** Take one step in the model and in the service, and return both outcomes. */
async function take(step: Step, {model, real, clock}: Sides): Promise<[string, string]> {
  if (step.do === 'wait' || step.do === 'wait for the grace') {
    const from = step.do === 'wait' ? model.nowMs : (model.graceUntil() ?? model.nowMs)
    model.nowMs = from + step.ms
    clock.nowMs = model.nowMs
    return ['done', 'done']
  }
  if (step.do === 'use') {
    const index = Math.max(0, model.values.length - 1 - step.back)
    return [model.use(index), await real.use(index)]
  }
  if (step.do === 'delete') return [model.delete(), await real.delete()]
  if (step.do === 'begin') return [model.begin(step.options), await real.begin(step.options, model)]
  const rotation = real.rotations.at(-1 - step.back)
  if (!rotation) return ['done', 'done']
  const {staged, value, options} = rotation
  if (step.do === 'undo') return [model.undo(value), await outcomeOf(() => staged.undo())]
  return [model.finish(value, options), await outcomeOf(() => staged.finish())]
}

/** Return `done`, or the code of a refusal. */
async function outcomeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'done'
  } catch (err) {
    if (err instanceof AppError) return err.code
    throw err
  }
}
