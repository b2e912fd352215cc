import {shellPath} from '../../../lib/shell-path.ts'
import type {TokenView} from '../../../service/store/store.ts'
import type {TokenCommands} from '../../vendor.ts'
import {AGENT_KIND} from './policy.ts'

/** Return the commands for a token of the embedded service. Astro cannot rotate agent tokens. */
export function findAstroCommands({id, scope, ownerId, organizationId, kind}: TokenView): TokenCommands {
  const noun = scope.toLowerCase()
  const isAgent = kind === AGENT_KIND
  const owner = scope === 'ORGANIZATION' ? '' : ` --${noun}-id ${shellPath(ownerId)}`
  // With the context, because a vendor's credential in the environment would change the target.
  const where = `${isAgent ? ' --agent' : ''}${owner} --organization-id ${shellPath(organizationId)} --context embedded`
  const command = (words: string) => `tokenry ${noun} token ${words}${where}`
  return {
    noun: isAgent ? 'agent token' : 'API token',
    rotate: isAgent ? null : command(`rotate ${shellPath(id)} --force`),
    command,
  }
}
