import type {HttpMachine, HttpTarget} from '../../src/vendors/http.ts'
import {openMotherDuckClient} from '../../src/vendors/motherduck/client.ts'

type MotherDuckClient = Awaited<ReturnType<typeof openMotherDuckClient>>

/** Open the HTTP client for a server on this machine. It waits before no retry. */
export function openTestMotherDuck(
  baseUrl: URL,
  credential: string,
  machine: Partial<HttpMachine> = {},
): Promise<MotherDuckClient> {
  return openMotherDuckClient(createTestTarget(baseUrl, credential), {...TEST_MACHINE, ...machine}, {version: '0.0.0'})
}

export function createTestTarget(baseUrl: URL, credential: string): HttpTarget {
  return {baseUrl, urlSource: 'MOTHERDUCK_API_BASE_URL', credential, credentialSource: 'MOTHERDUCK_TOKEN'}
}

export const TEST_MACHINE: HttpMachine = {
  env: {},
  now: () => Date.now(),
  pause: async () => {},
  refuseWhenStopped: () => {},
  random: () => 0,
  timeoutMs: 10_000,
}
