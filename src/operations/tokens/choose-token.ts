import {AppError} from '../../errors/app-error.ts'
import {listSome} from '../../lib/list-some.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {keyOfToken} from './token-access.ts'

/** Ask a person to choose one of several tokens. Undefined if no question may be asked. */
export type ChooseToken<Token> = ((tokens: Token[]) => Promise<Token>) | undefined

/**
 * Return the only token of these, or null if there is none. If there are several, ask a person.
 * CONFLICT with the id, creation and last use of each if no question may be asked.
 */
export async function chooseNamed<Token extends TokenRecord>(
  tokens: Token[],
  name: string,
  {noun, choose}: {noun: string; choose: ChooseToken<Token>},
): Promise<Token | null> {
  const [first] = tokens
  if (!first) return null
  if (tokens.length === 1) return first
  if (choose) return choose(tokens)
  throw new AppError('CONFLICT', `${tokens.length} ${noun}s are named ${name}: ${listSome(tokens.map(describe))}`, {
    hint: 'Give the id of the one you mean instead of the name',
  })
}

/** Return `cl… (created 2026-11-22T10:00:00Z, never used)`. */
function describe(token: TokenRecord): string {
  const {createdAt, lastUsedAt} = token
  const facts = [
    ...(createdAt === undefined ? [] : [`created ${createdAt}`]),
    ...(lastUsedAt === undefined
      ? ['last use not reported']
      : [lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`]),
  ]
  return `${keyOfToken(token)} (${facts.join(', ')})`
}
