import {countWords} from '../../lib/duration.ts'
import type {CreatedToken} from '../../operations/deltastream/create-token.ts'
import type {RenewedToken} from '../../operations/deltastream/renew-token.ts'
import type {TimesRead} from '../../operations/deltastream/token-times.ts'
import type {HumanView} from '../../output/human-view.ts'
import {withAge} from '../tokens/change-view.ts'

/** Return the facts about a token with a new secret. */
export function mintedFacts(token: CreatedToken | RenewedToken, ui: HumanView): string {
  const {name, createdAt, expiresAt} = token
  return ui.facts([
    ['name', name],
    ['role', 'role' in token ? token.role : undefined],
    ['lifetime', 'expiresInDays' in token ? countWords(token.expiresInDays, 'day') : undefined],
    ['created', createdAt && withAge(createdAt, ui)],
    ['expires', expiresAt && withAge(expiresAt, ui)],
  ])
}

/** Only the JSON document has to wait for the times. With --clean-output, nothing shows them. */
export function readTimesMode(flags: {json?: boolean; 'clean-output'?: boolean}): TimesRead {
  if (flags['clean-output']) return 'never'
  return flags.json ? 'before' : 'after'
}
