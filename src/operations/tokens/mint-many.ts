import {AppError} from '../../errors/app-error.ts'
import {describeError} from '../../errors/describe.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import type {Signals} from '../../runtime/signals.ts'
import {type FailedOutcome, lookUpTokens, type Outcome, refuseFailed} from './bulk.ts'
import type {Deliver} from './deliver.ts'

/** A new secret of one token that was checked, but not minted yet. */
export interface PreparedMint<Plan, Minted> {
  /** What would change, for --dry-run. */
  plan: Plan
  /** The id of the token, or its name if the vendor has no ids. */
  key: string
  name: string
  /** For the question about all of them: `ci (cl…)`. */
  described: string
  /** Whether it is the token that the command is signed in with. */
  isOwn: boolean
  /** How to look whether the token has a new secret. */
  hint: string
  /** How to end a new token: see `MintSecretOptions`. */
  endHint?(key: string): string
  apply(deliver: Deliver<Minted>): Promise<Minted>
}

/** A destination with one file for the secret of each token. */
export interface SecretFiles {
  /** Return the file of each token, by its key. Throw if one of them cannot be a new file. */
  plan(tokens: readonly {key: string; name: string}[]): ReadonlyMap<string, string>
  /** Create what is missing for the files. Throw if one of them cannot be written. */
  prepare(files: ReadonlyMap<string, string>): Promise<void>
}

interface MintManyOptions<Plan, Minted> {
  /** As the caller named the tokens: ids or names. */
  wanted: readonly string[]
  /** For messages: `rotate`. */
  verb: string
  dryRun: boolean
  prepare(wanted: string): Promise<PreparedMint<Plan, Minted>>
  /** Confirm all changes with one question. Reject if they must not be made. */
  confirm(all: readonly PreparedMint<Plan, Minted>[]): Promise<void>
  files: SecretFiles
  signals: Pick<Signals, 'holdSeveral'>
  /**
   * Mint the secret of one token into this file. `onDelivered` is called when it is in the file.
   */
  mint(file: string, token: PreparedMint<Plan, Minted>, onDelivered: () => void): Promise<Minted>
}

/** After one of these nothing more is minted: the next secret could be lost in the same way. */
const STOPPING: ReadonlySet<ErrorCode> = new Set(['UNDELIVERED', 'UNCERTAIN', 'CANCELLED', 'TERMINATED', 'INTERNAL'])

/**
 * Mint a new secret for each of several tokens, one after the other, each into a file of its own.
 * Every token is looked up, and every file is checked, before the first secret is minted. A token
 * that is named twice gets one new secret.
 *
 * @throws AppError with the outcomes as its result: the error that stopped the work (UNDELIVERED,
 * UNCERTAIN or a signal), after which the rest is reported as not done; PARTIAL if some fail; the
 * code that all have if all fail with the same one
 */
export async function mintMany<Plan extends object, Minted extends object>(
  options: MintManyOptions<Plan, Minted>,
): Promise<Outcome<Plan | (Minted & {file: string})>[]> {
  type Result = Plan | (Minted & {file: string})
  const {verb, prepare, wanted, dryRun, files: folder} = options
  const lookUp = {wanted, verb, prepare, ignored: false}
  const {outcomes: planned, prepared} = await lookUpTokens<Plan, PreparedMint<Plan, Minted>>(lookUp)
  // With `ignored: false`, no outcome is that of a token that is gone already.
  const outcomes = planned as Map<string, Outcome<Result>>
  const tokens = [...prepared.values()]
  const files = folder.plan(tokens)
  if (!dryRun && tokens.length > 0) {
    await options.confirm(tokens)
    await folder.prepare(files)
    const stop = await options.signals.holdSeveral(() =>
      mintAll(prepared, {files, mint: options.mint, note: (outcome) => outcomes.set(outcome.wanted, outcome)}),
    )
    if (stop) throw new AppError(stop.code, stop.message, {...stop.details, result: [...outcomes.values()]})
  }
  refuseFailed([...outcomes.values()], options)
  return [...outcomes.values()]
}

/** Return the error that stopped the work, if any. */
async function mintAll<Plan, Minted extends object>(
  prepared: ReadonlyMap<string, PreparedMint<Plan, Minted>>,
  {
    files,
    mint,
    note,
  }: Pick<MintManyOptions<Plan, Minted>, 'mint'> & {
    files: ReadonlyMap<string, string>
    note(outcome: Outcome<Minted & {file: string}>): void
  },
): Promise<AppError | undefined> {
  let stop: {name: string; error: AppError} | undefined
  for (const [name, token] of prepared) {
    if (stop) {
      note(describeUndone(name, stop))
      continue
    }
    const {outcome, error} = await mintOne(name, {token, file: files.get(token.key) ?? '', mint})
    note(outcome)
    if (error && STOPPING.has(error.code)) stop = {name, error}
  }
  return stop?.error
}

async function mintOne<Plan, Minted extends object>(
  wanted: string,
  {token, file, mint}: Pick<MintManyOptions<Plan, Minted>, 'mint'> & {token: PreparedMint<Plan, Minted>; file: string},
): Promise<{outcome: Outcome<Minted & {file: string}>; error?: AppError}> {
  let delivered = false
  try {
    const result = await mint(file, token, () => {
      delivered = true
    })
    return {outcome: {wanted, ok: true, result: {...result, file}}}
  } catch (err) {
    // Anything that is not an AppError must not hide what was minted before it.
    const error = err instanceof AppError ? err : new AppError('INTERNAL', describeError(err).message, {cause: err})
    const {code, message} = error
    return {outcome: {wanted, ok: false, error: {code, message}, ...(delivered ? {file} : {})}, error}
  }
}

function describeUndone(wanted: string, {name, error}: {name: string; error: AppError}): FailedOutcome {
  const message = `Not done, because ${name} ended with ${error.code}: the old secret is unchanged`
  return {wanted, ok: false, error: {code: 'CANCELLED', message}}
}
