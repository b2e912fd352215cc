import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {dirname, join} from 'node:path'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {FIRST_DEPLOYMENT_ID, FIRST_WORKSPACE_ID} from '../../test/support/fill-store.ts'
import {environment} from '../environment.ts'
import {ownerApi, prepareStore} from './prepare-store.ts'

/** What another process changed meanwhile. */
export interface OtherWrites {
  made: number
  failed: number
  /** The longest time of one change, with waiting for the lock. In milliseconds. */
  longestMs: number
}

export interface OtherWritesOptions {
  dataFolder: string
  organizationId: string
  deploymentId: string
}

export interface DeletionReport {
  /** How many tokens the workspace had, and how many of them ended. */
  tokens: number
  ended: number
  steps: number
  seconds: number
  /** From the end of a step to the end of the next, with waiting for the lock. In milliseconds. */
  longestStepMs: number
  /** Whether a token of the workspace was refused after the first step. */
  refusedAfterFirstStep: boolean
  other: OtherWrites
}

interface Deletion {
  /** The folder for the installation. */
  home: string
  tokens: number
  /** If this time has passed, the deletion stops after a step. In milliseconds. */
  timeMaxMs: number
}

const OTHER_WRITER = join(import.meta.dirname, 'other-writer-child.ts')

/** Thrown between two steps. What has ended remains so. */
class OutOfTime extends Error {}

/** Delete a workspace with this many tokens while another process writes. */
export async function measureDeletion({home, tokens, timeMaxMs}: Deletion): Promise<DeletionReport> {
  const {file, organizationId, deploymentId} = await prepareStore(home, {
    tokens: tokens - 1,
    workspaces: 1,
    mintedTokens: 0,
  })
  const {service} = await openEmbeddedService(dirname(file), Date.now, ASTRO_POLICY)
  const other = fork(OTHER_WRITER, {env: environment(), stdio: ['ignore', 'ignore', 'inherit', 'ipc']})
  try {
    const {token: secret} = await ownerApi(service).createToken(organizationId, {
      name: 'of the workspace',
      scope: 'DEPLOYMENT',
      entityId: FIRST_DEPLOYMENT_ID,
      role: 'DEPLOYMENT_ADMIN',
    })
    other.send({dataFolder: dirname(file), organizationId, deploymentId} satisfies OtherWritesOptions)
    await once(other, 'message')
    const deletion = await watchDeletion(service, {organizationId, secret, endMs: performance.now() + timeMaxMs})
    return {tokens, ...deletion, other: await endWriter(other)}
  } finally {
    other.kill()
    await service.close()
  }
}

async function watchDeletion(
  service: TokenService,
  {organizationId, secret, endMs}: {organizationId: string; secret: string; endMs: number},
): Promise<Omit<DeletionReport, 'tokens' | 'other'>> {
  const startMs = performance.now()
  let [steps, ended, longestStepMs, lastMs] = [0, 0, 0, startMs]
  let verdict: ReturnType<TokenService['verify']> | undefined
  const endStep = () => {
    const nowMs = performance.now()
    longestStepMs = Math.max(longestStepMs, Math.round(nowMs - lastMs))
    lastMs = nowMs
    steps += 1
  }
  const onProgress = (endedSoFar: number) => {
    endStep()
    ended = endedSoFar
    verdict ??= service.verify(secret)
    if (lastMs >= endMs) throw new OutOfTime()
  }
  const reference = {organizationId, workspaceId: FIRST_WORKSPACE_ID}
  try {
    const {endedTokens} = await service.deleteWorkspace({type: 'local', id: 'bench'}, reference, onProgress)
    endStep()
    ended = endedTokens
  } catch (err) {
    if (!(err instanceof OutOfTime)) throw err
  }
  const seconds = Math.round((performance.now() - startMs) / 100) / 10
  return {steps, ended, seconds, longestStepMs, refusedAfterFirstStep: (await verdict)?.valid === false}
}

async function endWriter(other: ChildProcess): Promise<OtherWrites> {
  other.send('stop')
  const [writes] = (await once(other, 'message')) as [OtherWrites]
  await once(other, 'close')
  return writes
}
