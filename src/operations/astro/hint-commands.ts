import {shellPath} from '../../lib/shell-path.ts'
import type {AstroTarget} from './target.ts'

/** What lists them in the organization that one works in, as a person types it. */
export function listCommand(target: AstroTarget, noun: 'deployment' | 'workspace' | 'organization' | 'role'): string {
  return `tokenry ${noun} list${noun === 'organization' ? contextFlagOf(target) : targetFlags(target)}`
}

/** The flags that lead a command to the same organization, where it takes any. */
export function targetFlags(target: AstroTarget): string {
  const {severalOrganizations, organizationId} = target
  return `${severalOrganizations ? ` --organization-id ${organizationId}` : ''}${contextFlagOf(target)}`
}

export function contextFlagOf({namedContext}: AstroTarget): string {
  return namedContext === undefined ? '' : ` --context ${shellPath(namedContext)}`
}
