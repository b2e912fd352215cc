import {expect} from 'chai'
import {type AstroHome, callsOf, openAstroHome, type Scope} from './astro-home.ts'
import type {ScriptedAnswer} from './scripted-prompter.ts'

// The calls as texts. O, W and D replace the ids of the organization, its workspace and its
// deployment; names replace the ids of tokens.
export const ORGANIZATIONS = 'listOrganizations {offset:0,limit:1000}'
export const ENTITY = {
  deployment: 'listDeployments {offset:0,limit:1000}',
  workspace: 'listWorkspaces {offset:0,limit:1000}',
}
export const LIST = {
  deployment: 'listLiveTokens {deploymentId:D}',
  workspace: 'listLiveTokens {workspaceId:W}',
  organization: 'listLiveTokens {includeOnlyOrganizationTokens:true}',
}
export const rolesFor = (type: string) =>
  `listRoles {scopeTypes:[${type}],includeDefaultRoles:true,offset:0,limit:1000}`
/** The calls that check a role before it is given: none for one that every organization has. */
export const checksOf = (type: string, role: string) => (role === 'deployer' ? [rolesFor(type)] : [])
export const READ_AGAIN = 'getToken t'

export const SCOPES = {
  deployment: {
    type: 'DEPLOYMENT',
    id: 'D',
    role: 'DEPLOYMENT_ADMIN',
    other: 'deployer',
    opening: [ORGANIZATIONS, ENTITY.deployment],
  },
  workspace: {
    type: 'WORKSPACE',
    id: 'W',
    role: 'WORKSPACE_OWNER',
    other: 'WORKSPACE_MEMBER',
    opening: [ORGANIZATIONS, ENTITY.workspace],
  },
  organization: {
    type: 'ORGANIZATION',
    id: 'O',
    role: 'ORGANIZATION_OWNER',
    other: 'ORGANIZATION_MEMBER',
    opening: [ORGANIZATIONS],
  },
}

export interface RecordedHome extends AstroHome {
  /** Names for `callsOf` to write instead of ids. */
  names: Record<string, string>
  /** Create a token and return its id. The calls contain `alias` instead of the id. */
  makeNamed(scope: Scope, name: string, alias?: string): Promise<string>
  /** Run a command, expect success, and return its calls of the Astro API. */
  calls(words: string, answers?: ScriptedAnswer[]): Promise<string[]>
}

/** Open an installation with a custom role for deployments, `deployer`. */
export async function openRecordedHome(): Promise<RecordedHome> {
  const astro = await openAstroHome()
  await astro.run('service role create deployer')
  const names = {[astro.organizationId]: 'O', [astro.workspaceId]: 'W', [astro.deploymentId]: 'D'}
  return {
    ...astro,
    names,
    async makeNamed(scope, name, alias = name) {
      const {id} = await astro.make(scope, name)
      names[id] = alias
      return id
    },
    async calls(words, answers) {
      const done = await astro.run(`${words} --debug`, answers ? {tty: true, answers} : {})
      expect(done.exitCode, `${words}: ${done.stderr}`).to.equal(0)
      return callsOf(done, names)
    },
  }
}
