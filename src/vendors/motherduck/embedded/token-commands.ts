import {shellPath} from '../../../lib/shell-path.ts'
import type {StoreSession, TokenView} from '../../../service/store/store.ts'
import type {TokenCommands} from '../../vendor.ts'
import {findAccountById} from './accounts.ts'

/** Return the commands for a token of the embedded service. */
export async function findMotherDuckCommands(
  {id, ownerId, organizationId}: TokenView,
  read: StoreSession,
): Promise<TokenCommands> {
  const account = await findAccountById(read, organizationId, ownerId)
  const several = (await read.countOrganizations()) > 1
  const user = account ? ` --user ${shellPath(account.name)}` : ''
  // With the context, because a vendor's credential in the environment would change the target.
  const where = `${user}${several ? ` --organization-id ${organizationId}` : ''} --context embedded`
  const command = (words: string) => `tokenry motherduck token ${words}${where}`
  return {noun: 'access token', rotate: command(`rotate ${id}`), command}
}
