import {shellName} from '../../../lib/shell-path.ts'
import type {TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {TokenCommands} from '../../vendor.ts'

/** Return the commands for a token of the embedded service. */
export async function findDeltaStreamCommands(_: TokenService, {name}: TokenView): Promise<TokenCommands> {
  // With the context, because a vendor's credential in the environment would change the target.
  const command = (words: string) => `tokenry deltastream token ${words} --context embedded`
  return {noun: 'API token', rotate: command(`renew ${shellName(name)} --force`), command}
}
