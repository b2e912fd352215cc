import {openDeltaStreamClient} from '../../src/vendors/deltastream/client.ts'
import type {HttpMachine, HttpTarget} from '../../src/vendors/http.ts'

type DeltaStreamClient = Awaited<ReturnType<typeof openDeltaStreamClient>>

/** Open the HTTP client for a server on this machine. It waits before no retry and no poll. */
export function openTestDeltaStream(
  baseUrl: URL,
  credential: string,
  machine: Partial<HttpMachine> = {},
): Promise<DeltaStreamClient> {
  return openDeltaStreamClient(createTestTarget(baseUrl, credential), {...TEST_MACHINE, ...machine}, {version: '0.0.0'})
}

export function createTestTarget(baseUrl: URL, credential: string): HttpTarget {
  return {baseUrl, urlSource: 'DS_ENDPOINT', credential, credentialSource: 'DS_TOKEN'}
}

export const TEST_MACHINE: HttpMachine = {
  env: {},
  now: () => Date.now(),
  pause: async () => {},
  refuseWhenStopped: () => {},
  random: () => 0,
  timeoutMs: 10_000,
}
