import {isBlank} from '../../lib/invisible.ts'
import {type Lifetime, lifetimeRange, parseLifetime} from '../../lib/lifetime.ts'
import type {TokenEntity} from '../../operations/astro/entity.ts'
import {listRoles} from '../../operations/astro/list-roles.ts'
import type {Prompter} from '../../output/prompter.ts'
import {ASTRO_LIFETIME} from '../../vendors/astro/api.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'
import {findComplaint} from '../find-complaint.ts'

/** The default answer to the question for an expiration. */
const EXPIRATION_PROPOSED = '90'

export function askName(prompter: Prompter, current?: string): Promise<string> {
  return prompter.input({
    message: current === undefined ? 'Name of the new API token' : 'New name',
    ...(current === undefined ? {} : {default: current}),
    validate(text) {
      if (isBlank(text)) return 'A token needs a name'
      return findComplaint(() => checkUpdateBody({name: text})) ?? true
    },
  })
}

/**
 * Ask for one of the roles that a token can have on an entity of this kind. `current` is the
 * default, and is offered even if it is not a known role: a user who only changes the name must not
 * have to choose another role.
 */
export async function askRole(
  prompter: Prompter,
  {target, scope}: Pick<TokenEntity, 'target' | 'scope'>,
  current?: string,
): Promise<string> {
  // The least powerful role comes first: Enter alone must not create an owner.
  const roles = (await listRoles(target, scope)).reverse()
  const known = roles.map(({name, description}) => ({name, value: name, description}))
  const isKnown = current === undefined || roles.some(({name}) => name === current)
  return prompter.select({
    message: 'Role',
    choices: isKnown ? known : [{name: current, value: current, description: 'Its current role'}, ...known],
    ...(current === undefined ? {} : {default: current}),
  })
}

/** Read `--expiration`, or the answer that replaces it, relative to `nowMs`. */
export function readExpiration(text: string, nowMs: number): Lifetime {
  return parseLifetime(text, {flag: '--expiration', rule: ASTRO_LIFETIME, nowMs})
}

/**
 * Ask for the expiration. `now` is read again after the answer: a person may take hours, and the
 * token must not outlive the given date.
 */
export async function askExpiration(prompter: Prompter, now: () => number): Promise<{text: string} & Lifetime> {
  const text = await prompter.input({
    message: `Expires after (${lifetimeRange(ASTRO_LIFETIME)}, 12w, 1y, a date such as 2027-01-31, never)`,
    default: EXPIRATION_PROPOSED,
    validate: (candidate) => findComplaint(() => readExpiration(candidate, now())) ?? true,
  })
  return {text, ...readExpiration(text, now())}
}
