import {AppError} from '../../errors/app-error.ts'
import {parseExpiration} from '../../lib/duration.ts'
import {isBlank} from '../../lib/invisible.ts'
import type {TokenEntity} from '../../operations/astro/entity.ts'
import {listRoles} from '../../operations/astro/list-roles.ts'
import type {Prompter} from '../../output/prompter.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'

/** What the question for an expiration proposes. */
const EXPIRATION_PROPOSED = '90'

export function askName(prompter: Prompter, current?: string): Promise<string> {
  return prompter.input({
    message: current === undefined ? 'Name of the new API token' : 'New name',
    ...(current === undefined ? {} : {default: current}),
    validate(text) {
      if (isBlank(text)) return 'A token needs a name'
      return complaintOf(() => checkUpdateBody({name: text})) ?? true
    },
  })
}

/**
 * One of the roles that a token can hold on an entity of this kind. `current` is proposed, and offered even where nobody knows it:
 * whoever only wants to change the name must not have to give another role.
 */
export async function askRole(
  prompter: Prompter,
  {target, scope}: Pick<TokenEntity, 'target' | 'scope'>,
  current?: string,
): Promise<string> {
  // The least powerful first: Enter alone must not make an owner.
  const roles = (await listRoles(target, scope)).reverse()
  const known = roles.map(({name, description}) => ({name, value: name, description}))
  const isKnown = current === undefined || roles.some(({name}) => name === current)
  return prompter.select({
    message: 'Role',
    choices: isKnown ? known : [{name: current, value: current, description: 'The role that it has now'}, ...known],
    ...(current === undefined ? {} : {default: current}),
  })
}

/** Whole days, or null for never. */
export async function askExpiration(prompter: Prompter, nowMs: number): Promise<number | null> {
  const text = await prompter.input({
    message: 'Expires after (days 1-3650, 12w, 1y, a date such as 2027-01-31, never)',
    default: EXPIRATION_PROPOSED,
    validate: (candidate) => complaintOf(() => parseExpiration(candidate, nowMs)) ?? true,
  })
  return parseExpiration(text, nowMs)
}

/** What a check that throws has against an answer; null when nothing. */
function complaintOf(check: () => unknown): string | null {
  try {
    check()
    return null
  } catch (err) {
    if (err instanceof AppError) return err.message
    throw err
  }
}
