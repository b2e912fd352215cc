import type {TokenView} from '../../../service/store/store.ts'
import type {TokenCommands} from '../../vendor.ts'
import {AGENT_KIND} from './policy.ts'

/** Return the commands for a token of the embedded service; Astro has no rotation of agent tokens. */
export function findAstroCommands({id, scope, ownerId, organizationId, kind}: TokenView): TokenCommands {
  const noun = scope.toLowerCase()
  const owner = scope === 'ORGANIZATION' ? '' : ` --${noun}-id ${ownerId}`
  const where = `${owner} --organization-id ${organizationId}`
  if (kind === AGENT_KIND) return {rotate: null, create: `tokenry ${noun} token create --agent${where}`}
  return {
    rotate: `tokenry ${noun} token rotate ${id} --force${where}`,
    create: `tokenry ${noun} token create${where}`,
  }
}
