import {isVariableOf} from '../own-token.ts'
import {CREDENTIAL_VARIABLES} from './variables.ts'

/**
 * Return the variable that holds a secret of this token of the installation `issuer`; null if there
 * is none. CONFIG as `isVariableOf`.
 */
export function findOwnVariable(
  env: Record<string, string | undefined>,
  token: {issuer: string; tokenId: string},
): string | null {
  return CREDENTIAL_VARIABLES.map(({name}) => name).find((name) => isVariableOf(name, env[name], token)) ?? null
}
