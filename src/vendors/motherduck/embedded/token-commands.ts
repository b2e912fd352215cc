import {shellPath} from '../../../lib/shell-path.ts'
import type {TokenView} from '../../../service/store/store.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {TokenCommands} from '../../vendor.ts'
import {findAccountById} from './accounts.ts'

/** Return the commands for a token of the embedded service. */
export async function findMotherDuckCommands(
  {read}: TokenService,
  {id, organizationId, ownerId}: TokenView,
): Promise<TokenCommands> {
  const user = await findAccountById(read, organizationId, ownerId)
  // With the context, because a vendor's credential in the environment would change the target.
  const where = `${user ? ` --user ${shellPath(user.name)}` : ''} --context embedded`
  const command = (words: string) => `tokenry motherduck token ${words}${where}`
  return {noun: 'access token', rotate: command(`rotate ${id} --force`), command}
}
