import {openAstroClient} from '../../src/vendors/astro/client.ts'
import type {HttpMachine} from '../../src/vendors/http.ts'

type AstroClient = Awaited<ReturnType<typeof openAstroClient>>

/**
 * Open the HTTP client for a server on this machine. It waits neither before a retry nor for its
 * pace.
 */
export function openTestClient(
  baseUrl: URL,
  credential: string,
  machine: Partial<HttpMachine> = {},
): Promise<AstroClient> {
  return openAstroClient(
    {baseUrl, credential, credentialSource: 'ASTRO_API_TOKEN'},
    {
      env: {},
      now: () => Date.now(),
      pause: async () => {},
      refuseWhenStopped: () => {},
      random: () => 0,
      timeoutMs: 10_000,
      ...machine,
    },
    {version: '0.0.0'},
  )
}
