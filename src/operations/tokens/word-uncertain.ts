import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import {toRfc3339} from '../../lib/rfc3339.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {formatKey, readVerbs, type TokenWords} from './token-access.ts'

interface Words {
  /** What may be the case now: `An API token named ci may exist`. */
  message: string
  /**
   * Return how to look, with a command at the end, which can be pasted. `when`: `at about TIME`, or
   * `just now`.
   */
  hint(when: string): string
}

/**
 * Return the result of `work`, which creates a secret. If it is UNCERTAIN, the error names what may
 * have happened and how to look, because a second try could create a second secret.
 */
export async function wordUncertain<Result>({message, hint}: Words, work: Promise<Result>): Promise<Result> {
  return work.catch((err: unknown) => {
    if (!(err instanceof AppError) || err.code !== 'UNCERTAIN') throw err
    const sentAt = err.details.facts?.['sentAt']
    const when = sentAt === undefined ? 'just now' : `at about ${sentAt}`
    throw new AppError('UNCERTAIN', `${message}: ${err.message}`, {...err.details, hint: hint(when)})
  })
}

/** Return how to look for a token that may have been created. `when` as in `Words.hint`. */
export function hintAtMint({command}: Pick<TokenWords, 'command'>, name: string, when: string): string {
  return `Before you try again, look for ${name}, created ${when}: ${command('list')}`
}

/** Return how to look whether a token has a new secret. */
export function hintAtReplacement(
  words: Pick<TokenWords, 'command' | 'verbs'>,
  token: TokenRecord,
  when: string,
): string {
  const {replace, replaced} = readVerbs(words)
  const get = words.command(`get ${formatKey(token)}`)
  return `${capitalise(replace)} it again if it was ${replaced} ${when}; see with: ${get}`
}

/** Return a time for those hints, from epoch milliseconds. */
export function describeWhen(now: number): string {
  return `at about ${toRfc3339(now)}`
}
