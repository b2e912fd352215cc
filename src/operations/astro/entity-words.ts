import {shellPath} from '../../lib/shell-path.ts'
import type {TokenScope} from '../../vendors/astro/api.ts'
import {contextFlags} from '../tokens/context-flags.ts'
import type {AstroTarget} from './target.ts'

export type EntityNoun = 'deployment' | 'workspace' | 'organization'

interface EntityWords {
  /** For use in a sentence. */
  noun: EntityNoun
  /** For use before `API token`. */
  title: string
  flag: string
}

export const ENTITY_WORDS: Record<TokenScope, EntityWords> = {
  DEPLOYMENT: {noun: 'deployment', title: 'Deployment', flag: '--deployment-id'},
  WORKSPACE: {noun: 'workspace', title: 'Workspace', flag: '--workspace-id'},
  ORGANIZATION: {noun: 'organization', title: 'Organization', flag: '--organization-id'},
}

type Where = Pick<AstroTarget, 'organizationId' | 'severalOrganizations' | 'namedContext' | 'credentialFile'>

/**
 * Return a command about the tokens of an entity, ready to paste: `tokenry deployment token list
 * --deployment-id cl…`. A placeholder stands for an id that is unknown.
 */
export function commandFor({target, scope, id}: {target: Where; scope: TokenScope; id: string}, words: string): string {
  const {noun, flag} = ENTITY_WORDS[scope]
  const where = scope === 'ORGANIZATION' ? contextFlags(target) : targetFlags(target)
  return `tokenry ${noun} token ${words} ${flag} ${id === '' ? `${scope}_ID` : shellPath(id)}${where}`
}

/** Return the command that lists these entities, or roles, in the organization of the target. */
export function listCommand(target: Where, noun: EntityNoun | 'role'): string {
  return `tokenry ${noun} list${noun === 'organization' ? contextFlags(target) : targetFlags(target)}`
}

/** Return the flags that select the same organization and context; empty if none are needed. */
export function targetFlags(target: Where): string {
  const {severalOrganizations, organizationId} = target
  return `${severalOrganizations ? ` --organization-id ${shellPath(organizationId)}` : ''}${contextFlags(target)}`
}
