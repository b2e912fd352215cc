import {withoutTokens} from '../../../lib/token-shape.ts'
import {escapeControl} from '../../../output/escape.ts'
import {quoteName} from '../sql/quote.ts'

/** Why a statement failed. It becomes a result: see contracts/deltastream.md, section 1.4. */
export class SqlFailure extends Error {
  override readonly name = 'SqlFailure'
  readonly sqlState: string

  constructor(sqlState: string, message: string) {
    super(message)
    this.sqlState = sqlState
  }
}

/** Characters of a name in a message. */
const SHOWN_NAME_MAX = 100

/**
 * Return a name for a message, in quotes, and without what could be a token. It may be of a request
 * and hold control characters, which are escaped.
 */
export function showName(name: string): string {
  const characters = [...withoutTokens(name)]
  const isLong = characters.length > SHOWN_NAME_MAX
  return escapeControl(quoteName(isLong ? `${characters.slice(0, SHOWN_NAME_MAX).join('')}…` : characters.join('')))
}

export function noRole(name: string): SqlFailure {
  return new SqlFailure('3D001', `role ${showName(name)} does not exist`)
}

export function noToken(name: string): SqlFailure {
  return new SqlFailure('3D012', `api_token ${showName(name)} does not exist`)
}

export function tokenExists(name: string): SqlFailure {
  return new SqlFailure('42P09', `api_token ${showName(name)} already exists`)
}
