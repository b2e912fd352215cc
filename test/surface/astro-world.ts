import {join} from 'node:path'
import {decodeToken} from '../../src/lib/jwt.ts'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import type {BothOptions, CallerHome} from '../support/both-implementations.ts'
import {resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import type {AstroId, AstroRun} from './astro-runs.ts'
import {fillArgv, type PreparedHome, prepareHome} from './prepared-home.ts'

/** After the grace of the set-up: only the embedded service reports it. */
export const ASTRO_RUNS_AT = TEST_NOW + 2 * 86_400_000

/** The store that every run of astro-runs.ts begins with a copy of. */
export interface AstroWorld extends CallerHome {
  secrets: PreparedHome['secrets']
  /** The ids that runs refer to, by their placeholder. */
  ids: Map<string, string>
}

export async function prepareAstroWorld(): Promise<AstroWorld> {
  const {folder, secrets} = await prepareHome()
  const create = async (words: string) => {
    const argv = [...words.split(' '), '-e', '30', '--json']
    return resultOf<{id: string; token: string}>(await runTokenry(argv, {home: folder}))
  }
  const twins = []
  for (const [scope, role] of [
    ['deployment', 'DEPLOYMENT_ADMIN'],
    ['workspace', 'WORKSPACE_OWNER'],
    ['organization', 'ORGANIZATION_OWNER'],
  ]) {
    for (let count = 0; count < 2; count++) twins.push(await create(`${scope} token create -n twin -r ${role}`))
  }
  const {token: caller} = await create('organization token create -n caller -r ORGANIZATION_OWNER')
  // A command over HTTP is a use of this token. So that lists agree, it is used before.
  const {service} = await openEmbeddedService(join(folder, 'data'), () => ASTRO_RUNS_AT, ASTRO_POLICY)
  await service.authenticate(ASTRO_POLICY, caller)
  await service.close()
  const ids = new Map(twins.map(({id}, index) => [`twin ${index}`, id]))
  for (const [name, secret] of Object.entries({...secrets, caller})) nameIds(ids, name, secret)
  return {folder, caller, secrets, ids}
}

/** Name the ids that a secret claims: that of its token, and those of the entities around it. */
function nameIds(ids: Map<string, string>, name: string, secret: string): void {
  const permissions = decodeToken(secret)?.payload['permissions']
  for (const permission of Array.isArray(permissions) ? permissions : []) {
    const [kind = '', id = ''] = String(permission).split(':')
    const isScope = ['deployment', 'workspace', 'organization'].includes(name)
    if (kind === 'apiTokenId') ids.set(isScope ? `known of ${name}` : name, id)
    else ids.set(kind.replace('Id', '-id'), id)
  }
}

/** Return what to run, with these flags too. */
export function toOptions(
  {secrets, ids}: AstroWorld,
  {id, run, flags}: {id: AstroId; run: AstroRun; flags: string[]},
): BothOptions {
  const [topic = ''] = id.split(':')
  const secret = Object.entries(secrets).find(([name]) => name === (run.secretOf ?? topic))?.[1] ?? ''
  const toWord = (word: string) => word.replace(/^\{(.+)\}$/, (_, key: string) => idOf(ids, key, topic))
  return {
    words: (files) => [...id.split(':'), ...fillArgv(run, {secret, ...files}).map(toWord), ...flags],
    secret: run.changeSecret?.(secret) ?? secret,
    nowMs: ASTRO_RUNS_AT,
    ...(run.answers ? {answers: run.answers, tty: true} : {}),
  }
}

function idOf(ids: Map<string, string>, key: string, topic: string): string {
  const id = ids.get(key === 'known' ? `known of ${topic}` : key)
  if (id === undefined) throw new Error(`No id of ${key}`)
  return id
}
