import type {Reason} from '../../errors/reasons.ts'
import {markGone} from '../ignore-gone.ts'
import {type Hints, wordHint} from '../word-hint.ts'

const HINTS: Hints = {
  'organization-missing': 'See them with: tokenry service organization list',
  'workspace-missing': 'See them with: tokenry service workspace list',
  'deployment-missing': 'See them with: tokenry service deployment list',
  'role-missing': 'See them with: tokenry service role list',
  'account-missing': 'See them with: tokenry service user list',
  'only-organization': 'Create another one first: tokenry service organization create NAME',
}

/** Return the hints with the flag that names the organization. */
function withFlag(flag: string): Hints {
  return Object.fromEntries(
    Object.entries(HINTS).map(([reason, hint]) => [
      reason,
      /organization (list|create)/.test(hint) ? hint : hint + flag,
    ]),
  )
}

/**
 * Return the result of a change of the directory. A refusal gets a hint with the next command, with
 * `flag` if that command has it.
 */
export function hintAtDirectory<Result>(work: Promise<Result>, flag = ''): Promise<Result> {
  return wordHint(flag === '' ? HINTS : withFlag(flag), work)
}

/**
 * Return the result of a deletion. If someone else deleted the entry first, which is NOT_FOUND with
 * this reason, the error has `details.gone`.
 */
export function markMissing<Result>(reason: Reason, wanted: string, work: Promise<Result>): Promise<Result> {
  return markGone({wanted}, work, ({details}) => details.reason === reason)
}
