import {type Hints, wordHint} from '../word-hint.ts'

const HINTS: Hints = {
  'organization-missing': 'See them with: tokenry service organization list',
  'workspace-missing': 'See them with: tokenry service workspace list',
  'deployment-missing': 'See them with: tokenry service deployment list',
  'role-missing': 'See them with: tokenry service role list',
  'account-missing': 'See them with: tokenry service user list',
  'only-organization': 'Make another one first: tokenry service organization create NAME',
}

/** For commands about an organization that a flag has to name. */
function withFlag(flag: string): Hints {
  return Object.fromEntries(
    Object.entries(HINTS).map(([reason, hint]) => [
      reason,
      /organization (list|create)/.test(hint) ? hint : hint + flag,
    ]),
  )
}

/** Return what a change of the directory returns. A refusal says with which command to go on, with `flag` where it takes one. */
export function hintAtDirectory<Result>(work: Promise<Result>, flag = ''): Promise<Result> {
  return wordHint(flag === '' ? HINTS : withFlag(flag), work)
}
