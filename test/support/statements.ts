import type {SqlEngine} from '../../src/service/store/sql/engine.ts'
import type {AstroMintedToken} from '../../src/vendors/astro/api.ts'
import {type AstroHttp, openAstroHttp} from './astro-http.ts'
import {watchStatements} from './engines.ts'
import {fillStore, type StoreSize} from './fill-store.ts'
import {resultOf, runTokenry, TEST_NOW} from './run-tokenry.ts'

/** A service in memory that records its statements. */
export interface Watched extends AstroHttp {
  engine: SqlEngine
  /**
   * Return the statements that `work` sends to the database. Uses of tokens are written after the
   * answer, at most once a minute for each secret. They are written before `work` begins.
   */
  watch(work: () => Promise<unknown>): Promise<string[]>
  /** Return the largest number of rows that one of the statements of `work` returns. */
  countRows(work: () => Promise<unknown>): Promise<number>
}

export async function openWatched(size: StoreSize): Promise<Watched> {
  const sent: {sql: string; rows: number}[] = []
  let raw: SqlEngine | undefined
  const http = await openAstroHttp({
    wrapEngine(engine) {
      raw = engine
      return watchStatements(engine, (sql, rows) => sent.push({sql, rows}))
    },
  })
  if (!raw) throw new Error('The engine was opened')
  const engine = raw
  const [key] = await http.service.read.listSigningKeys()
  const place = {organizationId: http.organizationId, deploymentId: http.deploymentId, keyId: key?.id ?? ''}
  await fillStore((sql, params) => engine.run(sql, params), size, {...place, nowMs: TEST_NOW})
  const record = async (work: () => Promise<unknown>) => {
    await http.service.settle()
    sent.length = 0
    await work()
    return [...sent]
  }
  return {
    ...http,
    engine,
    watch: async (work) => (await record(work)).map(({sql}) => sql),
    countRows: async (work) => Math.max(...(await record(work)).map(({rows}) => rows)),
  }
}

/**
 * Return the statements of some commands and requests, one list for each, including BEGIN and
 * COMMIT, and beginning after the store was opened. `homeFolder`: the folder for what a command
 * keeps next to the store.
 */
export async function watchChanges(target: Watched, homeFolder: string): Promise<Record<string, string[]>> {
  const command = (words: string) => () =>
    runTokenry([...words.split(' '), '--deployment-id', target.deploymentId, '--json'], {
      home: homeFolder,
      fakeService: () => target.service,
    })
  const make = 'deployment token create --role DEPLOYMENT_ADMIN'
  const made = resultOf<{id: string}>(await command(`${make} --name first`)())
  const admin: AstroMintedToken = await target.create({name: 'admin'})
  const as = admin.token
  const path = `/v1/organizations/${target.organizationId}/tokens`
  const body = {name: 'sent', scope: 'DEPLOYMENT', entityId: target.deploymentId, role: 'DEPLOYMENT_ADMIN'}
  const sent = (await target.call('POST', path, {as, body})).body.id
  return {
    'create by a command': await target.watch(command(`${make} --name second`)),
    'rotate by a command': await target.watch(command(`deployment token rotate ${made.id} --force`)),
    'rotate with a grace': await target.watch(command(`deployment token rotate ${made.id} --force --grace 1h`)),
    'create over HTTP': await target.watch(() => target.call('POST', path, {as, body})),
    'rotate over HTTP': await target.watch(() => target.call('POST', `${path}/${sent}/rotate`, {as})),
    'get over HTTP': await target.watch(() => target.call('GET', `${path}/${sent}`, {as})),
  }
}
