import {AppError} from '../../errors/app-error.ts'
import {capitalise} from '../../lib/capitalise.ts'
import {shellName, shellPath} from '../../lib/shell-path.ts'
import type {TokenPort, TokenRecord} from '../../vendors/token-port.ts'

/** The words in messages for the tokens of a place, and the commands about them. */
export interface TokenWords {
  /** For use in a sentence: `API token`. */
  noun: string
  /** Where they are, for use in a sentence: `the context embedded`, `Astro (api.astronomer.io)`. */
  where: string
  /** Return a command about these tokens, ready to paste, for words such as `rotate ID --force`. */
  command(words: string): string
  /** Default: `ROTATE_AND_DELETE`. */
  verbs?: TokenVerbs
}

/** The vendor's words for what is done to a token. */
export interface TokenVerbs {
  /** Both are also the names of the commands. */
  replace: string
  end: string
  replacing: string
  replacement: string
  /** How a person sees that a token was replaced, before a time: `last rotated`. */
  replaced: string
}

const ROTATE_AND_DELETE: TokenVerbs = {
  replace: 'rotate',
  end: 'delete',
  replacing: 'rotating',
  replacement: 'rotation',
  replaced: 'last rotated',
}

export function readVerbs({verbs = ROTATE_AND_DELETE}: Pick<TokenWords, 'verbs'>): TokenVerbs {
  return verbs
}

/** The tokens of a place, and the words for them. */
export interface TokenAccess<Token extends TokenRecord, NewToken> {
  port: TokenPort<Token, NewToken>
  words: TokenWords
}

/**
 * Return the argument that names a token in a command: its id, or its name if the vendor has no
 * ids.
 */
export function keyOfToken({id, name}: Pick<TokenRecord, 'id' | 'name'>): string {
  return id ?? name
}

/** Return this argument, quoted for a shell if needed. */
export function formatKey(token: Pick<TokenRecord, 'id' | 'name'>): string {
  return token.id === undefined ? shellName(token.name) : shellPath(token.id)
}

/**
 * Return the error for a capability that a port does not have. `flag` is the flag that needs it.
 */
export function missingCapability({where}: Pick<TokenWords, 'where'>, what: string, flag: string): AppError {
  return new AppError('USAGE', `${capitalise(where)} cannot ${what}`, {hint: `Leave out ${flag}`})
}
