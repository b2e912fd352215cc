import type {Config} from '@oclif/core/config'

/** A command as main.ts runs it: the class of oclif, whose `run` returns the exit code. */
export interface CommandClass {
  id: string
  new (argv: string[], config: Config): {run(): Promise<number>}
}

type LoadCommand = () => Promise<{default: CommandClass}>

/** Every command by its id. Only the command that runs is loaded. */
export const COMMANDS = {
  completion: () => import('./completion.ts'),
  'context:add': () => import('./context/add.ts'),
  'context:list': () => import('./context/list.ts'),
  'context:remove': () => import('./context/remove.ts'),
  'context:show': () => import('./context/show.ts'),
  'context:use': () => import('./context/use.ts'),
  'deployment:list': () => import('./deployment/list.ts'),
  'deployment:token:create': () => import('./deployment/token/create.ts'),
  'deployment:token:delete': () => import('./deployment/token/delete.ts'),
  'deployment:token:get': () => import('./deployment/token/get.ts'),
  'deployment:token:list': () => import('./deployment/token/list.ts'),
  'deployment:token:organization-token:add': () => import('./deployment/token/organization-token/add.ts'),
  'deployment:token:organization-token:get': () => import('./deployment/token/organization-token/get.ts'),
  'deployment:token:organization-token:list': () => import('./deployment/token/organization-token/list.ts'),
  'deployment:token:organization-token:remove': () => import('./deployment/token/organization-token/remove.ts'),
  'deployment:token:organization-token:update': () => import('./deployment/token/organization-token/update.ts'),
  'deployment:token:rotate': () => import('./deployment/token/rotate.ts'),
  'deployment:token:update': () => import('./deployment/token/update.ts'),
  'deployment:token:workspace-token:add': () => import('./deployment/token/workspace-token/add.ts'),
  'deployment:token:workspace-token:get': () => import('./deployment/token/workspace-token/get.ts'),
  'deployment:token:workspace-token:list': () => import('./deployment/token/workspace-token/list.ts'),
  'deployment:token:workspace-token:remove': () => import('./deployment/token/workspace-token/remove.ts'),
  'deployment:token:workspace-token:update': () => import('./deployment/token/workspace-token/update.ts'),
  help: () => import('./help.ts'),
  login: () => import('./login.ts'),
  logout: () => import('./logout.ts'),
  'organization:list': () => import('./organization/list.ts'),
  'organization:token:create': () => import('./organization/token/create.ts'),
  'organization:token:delete': () => import('./organization/token/delete.ts'),
  'organization:token:get': () => import('./organization/token/get.ts'),
  'organization:token:list': () => import('./organization/token/list.ts'),
  'organization:token:roles': () => import('./organization/token/roles.ts'),
  'organization:token:rotate': () => import('./organization/token/rotate.ts'),
  'organization:token:update': () => import('./organization/token/update.ts'),
  'role:list': () => import('./role/list.ts'),
  'service:deployment:create': () => import('./service/deployment/create.ts'),
  'service:deployment:delete': () => import('./service/deployment/delete.ts'),
  'service:deployment:list': () => import('./service/deployment/list.ts'),
  'service:organization:create': () => import('./service/organization/create.ts'),
  'service:organization:delete': () => import('./service/organization/delete.ts'),
  'service:organization:list': () => import('./service/organization/list.ts'),
  'service:role:create': () => import('./service/role/create.ts'),
  'service:role:delete': () => import('./service/role/delete.ts'),
  'service:role:list': () => import('./service/role/list.ts'),
  'service:start': () => import('./service/start.ts'),
  'service:user:create': () => import('./service/user/create.ts'),
  'service:user:delete': () => import('./service/user/delete.ts'),
  'service:user:list': () => import('./service/user/list.ts'),
  'service:workspace:create': () => import('./service/workspace/create.ts'),
  'service:workspace:delete': () => import('./service/workspace/delete.ts'),
  'service:workspace:list': () => import('./service/workspace/list.ts'),
  'token:inspect': () => import('./token/inspect.ts'),
  'token:revoke': () => import('./token/revoke.ts'),
  'token:verify': () => import('./token/verify.ts'),
  whoami: () => import('./whoami.ts'),
  'workspace:list': () => import('./workspace/list.ts'),
  'workspace:token:add': () => import('./workspace/token/add.ts'),
  'workspace:token:create': () => import('./workspace/token/create.ts'),
  'workspace:token:delete': () => import('./workspace/token/delete.ts'),
  'workspace:token:get': () => import('./workspace/token/get.ts'),
  'workspace:token:list': () => import('./workspace/token/list.ts'),
  'workspace:token:organization-token:add': () => import('./workspace/token/organization-token/add.ts'),
  'workspace:token:organization-token:get': () => import('./workspace/token/organization-token/get.ts'),
  'workspace:token:organization-token:list': () => import('./workspace/token/organization-token/list.ts'),
  'workspace:token:organization-token:remove': () => import('./workspace/token/organization-token/remove.ts'),
  'workspace:token:organization-token:update': () => import('./workspace/token/organization-token/update.ts'),
  'workspace:token:rotate': () => import('./workspace/token/rotate.ts'),
  'workspace:token:update': () => import('./workspace/token/update.ts'),
} satisfies Record<string, LoadCommand>

export function findCommandClass(id: string): LoadCommand | undefined {
  return Object.hasOwn(COMMANDS, id) ? (COMMANDS as Record<string, LoadCommand>)[id] : undefined
}
