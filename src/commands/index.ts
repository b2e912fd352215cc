import type {Config} from '@oclif/core/config'

/** A command as it is run: oclif's class, whose `run` gives the exit code. */
export interface CommandClass {
  id: string
  new (argv: string[], config: Config): {run(): Promise<number>}
}

/** Every command by its id. Only the one that runs is loaded. */
export const COMMANDS: Record<string, () => Promise<{default: CommandClass}>> = {
  completion: () => import('./completion.ts'),
  'deployment:list': () => import('./deployment/list.ts'),
  'deployment:token:create': () => import('./deployment/token/create.ts'),
  'deployment:token:delete': () => import('./deployment/token/delete.ts'),
  'deployment:token:list': () => import('./deployment/token/list.ts'),
  'deployment:token:rotate': () => import('./deployment/token/rotate.ts'),
  'deployment:token:update': () => import('./deployment/token/update.ts'),
  help: () => import('./help.ts'),
  'role:list': () => import('./role/list.ts'),
  'service:deployment:create': () => import('./service/deployment/create.ts'),
  'service:deployment:delete': () => import('./service/deployment/delete.ts'),
  'service:deployment:list': () => import('./service/deployment/list.ts'),
  'service:role:create': () => import('./service/role/create.ts'),
  'service:role:delete': () => import('./service/role/delete.ts'),
  'service:role:list': () => import('./service/role/list.ts'),
  'service:start': () => import('./service/start.ts'),
  'token:inspect': () => import('./token/inspect.ts'),
  'token:verify': () => import('./token/verify.ts'),
}
