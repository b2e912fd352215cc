import {isBlank} from '../../lib/invisible.ts'
import {lifetimeRange} from '../../lib/lifetime.ts'
import {checkTokenTexts} from '../../operations/motherduck/create-token.ts'
import type {Prompter} from '../../output/prompter.ts'
import {MOTHERDUCK_LIFETIME} from '../../vendors/motherduck/api.ts'
import {findComplaint} from '../find-complaint.ts'
import {readExpiration} from './lifetime-flags.ts'

/** The default answer to the question for an expiration. */
const EXPIRATION_PROPOSED = '90d'

export function askName(prompter: Prompter): Promise<string> {
  return prompter.input({
    message: 'Name of the new token',
    validate(text) {
      if (isBlank(text)) return 'A token needs a name'
      return findComplaint(() => checkTokenTexts({name: text, description: ''})) ?? true
    },
  })
}

/**
 * Ask for the expiration, and return it in seconds; null for never. `now` is read again after the
 * answer: a person may take hours, and the token must not outlive the given date.
 */
export async function askTtl(prompter: Prompter, now: () => number): Promise<number | null> {
  const text = await prompter.input({
    message: `Expires after (${lifetimeRange(MOTHERDUCK_LIFETIME)}: 1h, 30d, 1y, a date such as 2027-01-31, never)`,
    default: EXPIRATION_PROPOSED,
    validate: (candidate) => findComplaint(() => readExpiration(candidate, now())) ?? true,
  })
  return readExpiration(text, now())
}
