import type {TokenScope} from '../../vendors/astro/api.ts'
import {contextFlag} from '../tokens/context-flag.ts'
import type {AstroTarget} from './target.ts'

export type EntityNoun = 'deployment' | 'workspace' | 'organization'

interface EntityWords {
  /** In a sentence. */
  noun: EntityNoun
  /** In front of `API token`. */
  title: string
  flag: string
}

export const ENTITY_WORDS: Record<TokenScope, EntityWords> = {
  DEPLOYMENT: {noun: 'deployment', title: 'Deployment', flag: '--deployment-id'},
  WORKSPACE: {noun: 'workspace', title: 'Workspace', flag: '--workspace-id'},
  ORGANIZATION: {noun: 'organization', title: 'Organization', flag: '--organization-id'},
}

type Where = Pick<AstroTarget, 'organizationId' | 'severalOrganizations' | 'namedContext'>

/** A command about the tokens of an entity, ready to paste: `tokenry deployment token list --deployment-id cl…`. */
export function commandFor({target, scope, id}: {target: Where; scope: TokenScope; id: string}, words: string): string {
  const {noun, flag} = ENTITY_WORDS[scope]
  const where = scope === 'ORGANIZATION' ? contextFlag(target.namedContext) : targetFlags(target)
  return `tokenry ${noun} token ${words} ${flag} ${id}${where}`
}

/** What lists them in the organization of the target. */
export function listCommand(target: Where, noun: EntityNoun | 'role'): string {
  return `tokenry ${noun} list${noun === 'organization' ? contextFlag(target.namedContext) : targetFlags(target)}`
}

/** The flags that lead a command to the same organization, where it takes any. */
export function targetFlags(target: Where): string {
  const {severalOrganizations, organizationId} = target
  return `${severalOrganizations ? ` --organization-id ${organizationId}` : ''}${contextFlag(target.namedContext)}`
}
