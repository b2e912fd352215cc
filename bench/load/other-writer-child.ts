// Creates tokens in a store that another process uses, one after another. Receives
// `OtherWritesOptions`, sends `ready`, creates until the next message, and sends `OtherWrites`.
import {once} from 'node:events'
import {setTimeout as wait} from 'node:timers/promises'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {CreateTokenBody} from '../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import type {OtherWrites, OtherWritesOptions} from './measure-deletion.ts'
import {ownerApi} from './prepare-store.ts'

/** Time between two changes, so that the deletion can go on. In milliseconds. */
const PAUSE_MS = 20

const [{dataFolder, organizationId, deploymentId}] = (await once(process, 'message')) as [OtherWritesOptions]
const {service} = await openEmbeddedService(dataFolder, Date.now, ASTRO_POLICY)
const api = ownerApi(service)
const body: CreateTokenBody = {name: 'ci', scope: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}
const writes: OtherWrites = {made: 0, failed: 0, longestMs: 0}
let stopping = false
process.once('message', () => {
  stopping = true
})
// The first change loads code.
await api.createToken(organizationId, body)
process.send?.('ready')
while (!stopping) {
  const startMs = performance.now()
  await api.createToken(organizationId, body).then(
    () => writes.made++,
    () => writes.failed++,
  )
  writes.longestMs = Math.max(writes.longestMs, Math.round(performance.now() - startMs))
  await wait(PAUSE_MS)
}
await service.close()
process.send?.(writes)
process.disconnect()
