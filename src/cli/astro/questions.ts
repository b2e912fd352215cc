import {AppError} from '../../errors/app-error.ts'
import {isBlank} from '../../lib/invisible.ts'
import {type Lifetime, lifetimeRange, parseLifetime} from '../../lib/lifetime.ts'
import type {TokenEntity} from '../../operations/astro/entity.ts'
import {listRoles} from '../../operations/astro/list-roles.ts'
import type {Prompter} from '../../output/prompter.ts'
import {ASTRO_LIFETIME} from '../../vendors/astro/api.ts'
import {checkUpdateBody} from '../../vendors/astro/validate.ts'

/** What the question for an expiration proposes. */
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

/** Read `--expiration`, or what stands for it, at this time. */
export function readExpiration(text: string, nowMs: number): Lifetime {
  return parseLifetime(text, {flag: '--expiration', rule: ASTRO_LIFETIME, nowMs})
}

/** `now` counts again after the answer: a person may take hours, and the token must not outlive the date that was given. */
export async function askExpiration(prompter: Prompter, now: () => number): Promise<{text: string} & Lifetime> {
  const text = await prompter.input({
    message: `Expires after (${lifetimeRange(ASTRO_LIFETIME)}, 12w, 1y, a date such as 2027-01-31, never)`,
    default: EXPIRATION_PROPOSED,
    validate: (candidate) => findComplaint(() => readExpiration(candidate, now())) ?? true,
  })
  return {text, ...readExpiration(text, now())}
}

/** What a check that throws has against an answer; null when nothing. */
function findComplaint(check: () => unknown): string | null {
  try {
    check()
    return null
  } catch (err) {
    if (err instanceof AppError) return err.message
    throw err
  }
}
