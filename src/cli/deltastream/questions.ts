import {AppError} from '../../errors/app-error.ts'
import {isBlank} from '../../lib/invisible.ts'
import {lifetimeRange} from '../../lib/lifetime.ts'
import type {DeltaStreamService} from '../../operations/deltastream/connect.ts'
import {listRoles} from '../../operations/deltastream/roles.ts'
import type {Prompter} from '../../output/prompter.ts'
import {DELTASTREAM_LIFETIME, DELTASTREAM_LIMITS} from '../../vendors/deltastream/api.ts'
import {checkName} from '../../vendors/deltastream/sql/quote.ts'
import {findComplaint} from '../find-complaint.ts'
import {readExpiration, type TokenLifetime} from './lifetime-flags.ts'

/** Ask for the name of a new thing: an API token, a role. */
export function askName(prompter: Prompter, noun: string): Promise<string> {
  return prompter.input({
    message: `Name of the new ${noun}`,
    validate(text) {
      if (isBlank(text)) return 'A name is needed'
      return findComplaint(() => checkName('name', text)) ?? true
    },
  })
}

/** Ask for the role of a new token. NOT_FOUND if there is none to choose. */
export async function askRole(prompter: Prompter, service: DeltaStreamService): Promise<string> {
  const roles = await listRoles(service)
  if (roles.length === 0) {
    throw new AppError('NOT_FOUND', `There is no role in ${service.where}`, {
      hint: 'Name a role with --role, or use a token of another role',
    })
  }
  const own = roles.find(({current}) => current)
  return prompter.select({
    message: 'Role',
    // Not the first one, which may be the role with the most rights.
    ...(own ? {default: own.name} : {}),
    choices: roles.map(({name, current}) => ({
      name,
      value: name,
      ...(current ? {description: 'the role of this session'} : {}),
    })),
  })
}

/**
 * Ask for the lifetime. `now` is read again after the answer: a person may take hours, and the
 * token must not outlive the given date.
 */
export async function askLifetime(prompter: Prompter, now: () => number): Promise<TokenLifetime> {
  const text = await prompter.input({
    message: `Expires after (${lifetimeRange(DELTASTREAM_LIFETIME)}, 12w, 1y, a date such as 2027-01-31)`,
    default: `${DELTASTREAM_LIMITS.expiresInDaysDefault}`,
    validate: (candidate) => findComplaint(() => readExpiration(candidate, now())) ?? true,
  })
  return readExpiration(text, now())
}
