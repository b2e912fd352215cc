import {isVariableOf} from '../own-token.ts'
import {DELTASTREAM} from './vendor.ts'

/**
 * Return the variable that holds a secret of this token of the installation `issuer`; null if there
 * is none. CONFIG as `isVariableOf`.
 */
export function findOwnVariable(
  env: Record<string, string | undefined>,
  token: {issuer: string; tokenId: string},
): string | null {
  return DELTASTREAM.tool.credentials.map(({name}) => name).find((name) => isVariableOf(name, env[name], token)) ?? null
}
