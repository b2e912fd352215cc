import {type Hints, wordHint} from '../word-hint.ts'

const HINTS: Hints = {
  'organization-missing': 'See them with: tokenry service organization list',
  'workspace-missing': 'See them with: tokenry service workspace list',
  'deployment-missing': 'See them with: tokenry service deployment list',
  'role-missing': 'See them with: tokenry service role list',
  'account-missing': 'See them with: tokenry service user list',
  'only-organization': 'Make another one first: tokenry service organization create NAME',
}

/** Return what a change of the directory returns. A refusal says with which command to go on. */
export function hintAtDirectory<Result>(work: Promise<Result>): Promise<Result> {
  return wordHint(HINTS, work)
}
