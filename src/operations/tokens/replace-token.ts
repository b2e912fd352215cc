import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import type {ReplaceOptions, StagedReplacement, TokenRecord} from '../../vendors/token-port.ts'
import {wordHint} from '../word-hint.ts'
import type {Deliver} from './deliver.ts'
import {hintAtConflict} from './hint-at-conflict.ts'
import {formatKey, keyOfToken, missingCapability, readVerbs, type TokenAccess, type TokenWords} from './token-access.ts'
import {explainUndelivered} from './undelivered.ts'
import {hintAtReplacement, wordUncertain} from './word-uncertain.ts'

interface ReplaceTokenOptions<Token extends TokenRecord, Result> extends ReplaceOptions {
  token: Token
  toResult(token: Token): Result
  deliver: Deliver<Result>
}

/**
 * Give a token a new secret and deliver it. If the port can do it in steps, the old secret ends
 * only after the delivery. If the delivery fails (UNDELIVERED), or a signal comes before it
 * (CANCELLED, TERMINATED), the old secret stays valid. If the old secret cannot be ended after the
 * delivery, this throws PARTIAL, and both secrets are valid.
 */
export async function replaceToken<Token extends TokenRecord, NewToken, Result>(
  access: TokenAccess<Token, NewToken>,
  options: ReplaceTokenOptions<Token, Result>,
): Promise<Result> {
  const {port, words} = access
  refuseWithoutGrace(access, options)
  if (!port.replaceInSteps) return replaceInOneStep(access, options)
  const {token, graceMs, endAllValues} = options
  const {replace} = readVerbs(words)
  const secrets = {...(graceMs === undefined ? {} : {graceMs}), ...(endAllValues ? {endAllValues} : {})}
  const hints = {
    'in-grace': `${capitalise(replace)} it again after that, or end every older secret now: ${formatReplacement(words, token)} --end-all-values`,
  }
  const staged = await hintAtConflict(words.command('list'), wordHint(hints, port.replaceInSteps(token, secrets)))
  return finishInSteps(words, staged, options)
}

/**
 * Throw USAGE, before anything is written, if this port cannot keep an old secret.
 */
export function refuseWithoutGrace<Token extends TokenRecord, NewToken>(
  {port, words}: TokenAccess<Token, NewToken>,
  {graceMs, endAllValues}: ReplaceOptions,
): void {
  if (port.graceMaxMs !== undefined) return
  if (graceMs !== undefined)
    throw missingCapability(
      words,
      `keep the old secret valid: it ends with the ${readVerbs(words).replacement}`,
      '--grace; to have both for a while, create a second token, move its users to it, and delete this one',
    )
  if (endAllValues) throw missingCapability(words, 'have an older secret in grace', '--end-all-values')
}

async function finishInSteps<Token extends TokenRecord, Result>(
  words: TokenWords,
  staged: StagedReplacement<Token>,
  {token, toResult, deliver}: ReplaceTokenOptions<Token, Result>,
): Promise<Result> {
  try {
    await deliver(staged.secret, toResult(staged.token), {afterSignal: 'refuse'})
  } catch (cause) {
    throw await undoUndelivered(words, {staged, token}, cause)
  }
  try {
    return toResult(await staged.finish())
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'CONFLICT') throw cause
    throw new AppError('PARTIAL', `The new secret of ${nameToken(token)} is written out, but the old one still works`, {
      cause,
      hint: `End it by ${readVerbs(words).replacing} again: ${formatReplacement(words, token)}`,
    })
  }
}

/**
 * Replace the secret at a vendor that ends the old one immediately. Nothing can be undone there, so
 * the new secret is delivered even if a signal came.
 */
async function replaceInOneStep<Token extends TokenRecord, NewToken, Result>(
  {port, words}: TokenAccess<Token, NewToken>,
  {token, toResult, deliver}: ReplaceTokenOptions<Token, Result>,
): Promise<Result> {
  const minted = await wordUncertain(
    {
      message: `${nameToken(token)} may have a new secret, and its old one may have ended`,
      hint: (when) => hintAtReplacement(words, token, when),
    },
    port.replace(token),
  )
  const result = toResult(minted.token)
  try {
    await deliver(minted.secret, result, {afterSignal: 'deliver'})
  } catch (cause) {
    const {why} = explainUndelivered(cause)
    throw new AppError('UNDELIVERED', `The new secret of ${keyOfToken(token)} ${why}; the old one has ended`, {
      cause,
      hint: `${capitalise(readVerbs(words).replace)} it again: ${formatReplacement(words, token)}`,
    })
  }
  return result
}

async function undoUndelivered<Token extends TokenRecord>(
  words: TokenWords,
  {staged, token}: {staged: StagedReplacement<Token>; token: Token},
  cause: unknown,
): Promise<AppError> {
  const {why: reason, code, details} = explainUndelivered(cause)
  const why = `The new secret of ${nameToken(token)} ${reason}`
  try {
    await staged.undo()
  } catch (err) {
    return new AppError('UNDELIVERED', `${why}; it could not be ended, and the old secret is still valid`, {
      cause: err,
      hint: `End it by ${readVerbs(words).replacing} again: ${formatReplacement(words, token)}`,
    })
  }
  return new AppError(code, `${why}; the old secret is still valid`, {cause, ...details})
}

/** Return a token in words: `ci (cl…)`. */
function nameToken({id, name}: TokenRecord): string {
  return id === undefined ? name : `${name} (${id})`
}

function formatReplacement(words: TokenWords, token: TokenRecord): string {
  return words.command(`${readVerbs(words).replace} ${formatKey(token)} --force`)
}
