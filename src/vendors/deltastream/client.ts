import {type HttpMachine, type HttpTarget, type HttpVendor, openHttpClient} from '../http.ts'
import {parseError, parseVersion} from './answers.ts'
import type {DeltaStreamApi} from './api.ts'
import {runStatement} from './run-statement.ts'

/** Of the program, for `User-Agent`. */
interface ClientOptions {
  version: string
}

/**
 * Open the DeltaStream API v2 over HTTP (contracts/deltastream.md, sections 1 and 6).
 * `target.baseUrl` ends in `/v2`. `machine.timeoutMs` is for a statement with all its polling.
 * Errors: see `DeltaStreamApi` and `HttpClient.send`.
 */
export async function openDeltaStreamClient(
  target: HttpTarget,
  machine: HttpMachine,
  {version}: ClientOptions,
): Promise<DeltaStreamApi & {close(): void}> {
  const http = await openHttpClient(describeVendor(version), target, machine)
  return {
    run: (request, limits) => runStatement({http, target, machine}, request, limits),
    getVersion: () => http.send({method: 'GET', path: ['version'], read: parseVersion}),
    close: http.close,
  }
}

function describeVendor(version: string): HttpVendor {
  return {
    name: 'deltastream',
    title: 'DeltaStream',
    headers: {'User-Agent': `tokenry/${version}`},
    // DeltaStream documents no limit, so a 429 comes from something in between. A second renewal
    // would end the secret of the first one.
    refusesBusyMint: false,
    // A bad token is 403, and a path that does not exist 404: what SQL refuses has status 200.
    codes: {
      400: 'INVALID',
      401: 'UNAUTHENTICATED',
      403: 'UNAUTHENTICATED',
      404: 'CONFIG',
      407: 'CONFIG',
      408: 'TIMEOUT',
      429: 'RATE_LIMITED',
    },
    perSecondMax: {},
    readError: parseError,
  }
}
