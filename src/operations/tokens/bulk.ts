import {AppError} from '../../errors/app-error.ts'
import {describeError} from '../../errors/describe.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import {capitalise} from '../../lib/capitalise.ts'
import type {Signals} from '../../runtime/signals.ts'
import {type AlreadyGone, ignoreGone} from '../ignore-gone.ts'
import type {PlannedChange} from './change-plan.ts'

/** What was done to one of several tokens. */
export type Outcome<Result> = {wanted: string; ok: true; result: Result} | FailedOutcome

export interface FailedOutcome {
  wanted: string
  ok: false
  error: {code: ErrorCode; message: string}
  /** The file with the new secret, if it was written out before the failure. */
  file?: string
}

/** A change of one token that was checked, but not made yet. */
export interface PreparedChange<Plan, Done> extends PlannedChange<Plan, Done> {
  /** The id of the token, or its name if the vendor has no ids. */
  key: string
  /** For the question about all of them: `ci (cl…)`. */
  described: string
  /** Whether it is the token that the command is signed in with. */
  isOwn: boolean
}

interface LookUpOptions<Prepared> {
  /** As the caller named the tokens: ids or names. */
  wanted: readonly string[]
  /** For messages: `delete`. */
  verb: string
  /** Whether a token that is gone already is a success. */
  ignored: boolean
  prepare(wanted: string): Promise<Prepared>
}

interface BulkOptions<Plan, Done> extends LookUpOptions<PreparedChange<Plan, Done>> {
  dryRun: boolean
  /** Confirm all changes with one question. Reject if they must not be made. */
  confirm(all: readonly PreparedChange<Plan, Done>[]): Promise<void>
  signals: Pick<Signals, 'hold' | 'holdSeveral'>
  /** Called at the first signal, while a change waits for its answer. */
  onStop(): void
}

type Result<Plan, Done> = Plan | Done | AlreadyGone

/**
 * Change several tokens, one after the other. Every token is looked up and checked before the first
 * one changes. A token that is named twice is changed once. After a signal, the answer to the
 * change in progress is awaited, and nothing more is changed.
 *
 * @throws AppError with the outcomes as its result: PARTIAL if some fail; the code that all have if
 * all fail with the same one; the error of a signal or of a bug, which ends the work
 */
export async function changeMany<Plan extends object, Done extends object>(
  options: BulkOptions<Plan, Done>,
): Promise<Outcome<Result<Plan, Done>>[]> {
  const {dryRun, confirm, signals} = options
  const {outcomes, prepared} = await lookUpTokens<Plan, PreparedChange<Plan, Done>, Result<Plan, Done>>(options)
  if (!dryRun && prepared.size > 0) {
    await confirm([...prepared.values()])
    await signals.holdSeveral(() => changeAll(prepared, outcomes, options))
  }
  refuseFailed([...outcomes.values()], options)
  return [...outcomes.values()]
}

/** Change all, and set the outcome of each. */
async function changeAll<Plan extends object, Done extends object>(
  prepared: ReadonlyMap<string, PreparedChange<Plan, Done>>,
  outcomes: Map<string, Outcome<Result<Plan, Done>>>,
  options: BulkOptions<Plan, Done>,
): Promise<void> {
  const {signals, onStop, verb} = options
  for (const [name, change] of prepared) {
    const hint = `${change.described} may be changed: list the tokens, then ${verb} those that are left`
    try {
      outcomes.set(name, await settle(name, options, () => signals.hold(() => change.apply(), {onStop, hint})))
    } catch (err) {
      // Nothing that was thrown may hide what was changed before it.
      const made = [...outcomes].filter(([each]) => !prepared.has(each) || isBefore(prepared, each, name))
      const {code, message, details} = toStop(err, `${[...prepared.keys()].indexOf(name)} of ${prepared.size} tokens`)
      throw new AppError(code, message, {...details, result: made.map(([, outcome]) => outcome)})
    }
  }
}

/** Return the error of what ended the work. `progress`: after how many tokens. */
function toStop(err: unknown, progress: string): AppError {
  if (!(err instanceof AppError)) return new AppError('INTERNAL', describeError(err).message, {cause: err})
  return new AppError(err.code, `${capitalise(err.message)}, after ${progress}`, err.details)
}

interface LookedUp<Prepared, Value> {
  /** Of each name, with the plan of the ones that can change. */
  outcomes: Map<string, Outcome<Value | AlreadyGone>>
  /**
   * The tokens that can change, by the name that was given first. The own token is the last one:
   * when its secret has ended, no other token can be changed.
   */
  prepared: Map<string, Prepared>
}

/** Look several tokens up, and check whether each of them can change. */
export async function lookUpTokens<
  Plan extends object,
  Prepared extends {key: string; plan: Plan; isOwn: boolean},
  Value = Plan,
>(options: LookUpOptions<Prepared>): Promise<LookedUp<Prepared, Plan | Value>> {
  const outcomes = new Map<string, Outcome<Plan | Value | AlreadyGone>>()
  const prepared = new Map<string, Prepared>()
  const keys = new Set<string>()
  for (const name of new Set(options.wanted)) {
    const outcome = await settle(name, options, async () => {
      const change = await options.prepare(name)
      if (!keys.has(change.key)) prepared.set(name, change)
      keys.add(change.key)
      return change.plan
    })
    // A second name of a token that is there already has no outcome of its own.
    if (!outcome.ok || 'gone' in outcome.result || prepared.has(name)) outcomes.set(name, outcome)
  }
  const ordered = [...prepared].sort(([, one], [, other]) => Number(one.isOwn) - Number(other.isOwn))
  return {outcomes, prepared: new Map(ordered)}
}

function isBefore(order: ReadonlyMap<string, unknown>, one: string, other: string): boolean {
  const names = [...order.keys()]
  return names.indexOf(one) < names.indexOf(other)
}

/** Return what came of `work`. A signal, and anything that is not an AppError, is thrown. */
async function settle<Value extends object>(
  wanted: string,
  {ignored, verb}: Pick<LookUpOptions<never>, 'ignored' | 'verb'>,
  work: () => Promise<Value>,
): Promise<Outcome<Value | AlreadyGone>> {
  try {
    return {wanted, ok: true, result: await ignoreGone({ignored, verb}, work)}
  } catch (err) {
    if (!(err instanceof AppError) || err.code === 'CANCELLED' || err.code === 'TERMINATED') throw err
    return {wanted, ok: false, error: {code: err.code, message: err.message}}
  }
}

/**
 * Throw if a token failed, with all outcomes as the result: PARTIAL, or the code that all have if
 * all fail with the same one.
 */
export function refuseFailed(outcomes: readonly Outcome<object>[], {verb}: {verb: string}): void {
  const failed = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome]))
  const [first] = failed
  if (!first) return
  const {code} = first.error
  const isSame = failed.length === outcomes.length && failed.every(({error}) => error.code === code)
  throw new AppError(isSame ? code : 'PARTIAL', `${failed.length} of ${outcomes.length} tokens could not be changed`, {
    hint: `The lines above say why. Correct them, and ${verb} only those again`,
    result: outcomes,
  })
}
