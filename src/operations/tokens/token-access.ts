import {AppError} from '../../errors/app-error.ts'
import type {TokenPort, TokenRecord} from '../../vendors/token-port.ts'

/** How messages name the tokens of a place, and the commands about them. */
export interface TokenWords {
  /** In a sentence: `API token`. */
  noun: string
  /** The context that leads there. */
  context: string
  /** A command about these tokens, ready to paste: `list`, `rotate ID --force`. */
  command(words: string): string
}

/** The tokens of a place, and the words for them. */
export interface TokenAccess<Token extends TokenRecord, NewToken> {
  port: TokenPort<Token, NewToken>
  words: TokenWords
}

/** What a command takes a token by: its id, or its name where the vendor has no ids. */
export function keyOfToken({id, name}: TokenRecord): string {
  return id ?? name
}

/** Return the one error for what a context cannot do. `flag` is the one that asked for it. */
export function missingCapability({context}: TokenWords, what: string, flag: string): AppError {
  return new AppError('USAGE', `The context ${context} cannot ${what}`, {hint: `Leave ${flag} out`})
}
