import {expect} from 'chai'
import {type AstroHome, callsOf, openAstroHome, type Scope} from './astro-home.ts'
import type {ScriptedAnswer} from './scripted-prompter.ts'

// The calls in words: instead of ids, O, W and D for the organization, its workspace and its deployment,
// and the names of tokens.
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
  /** Names instead of ids, for `callsOf`. */
  names: Record<string, string>
  /** Make a token, which the calls name `alias`; its id. */
  makeNamed(scope: Scope, name: string, alias?: string): Promise<string>
  /** Return what a command, which has to succeed, calls on the Astro API. */
  calls(words: string, answers?: ScriptedAnswer[]): Promise<string[]>
}

/** An installation with a custom role for deployments, `deployer`. */
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
