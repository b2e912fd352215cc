import {execFileSync} from 'node:child_process'
import {type RunningService, startService} from '../support/running-service.ts'
import {BIN} from '../support/spawn-tokenry.ts'

/** A token as its clients know it from acknowledged changes. */
export interface KnownSecret {
  id: string
  /** The secret of the last acknowledged change. */
  secret: string
  /** Secrets that an acknowledged change has ended. */
  ended: string[]
  deleted: boolean
  /** A change that was cut off: it may have been made. */
  uncertain: 'rotate' | 'delete' | null
}

export interface Api {
  create(): Promise<KnownSecret>
  rotate(token: KnownSecret): Promise<void>
  remove(token: KnownSecret): Promise<void>
  list(): Promise<number>
  /** Return the reason why a secret is refused; null if it is valid. */
  verify(secret: string): Promise<string | null>
}

/** Mint an owner of the organization on the command line. */
export function mintOwner(home: string): string {
  const words = 'organization token create --name owner --role ORGANIZATION_OWNER --expiration 1 --clean-output'
  const env = {PATH: process.env['PATH'] ?? '', HOME: home, TOKENRY_HOME: `${home}/tokenry`}
  return execFileSync(process.execPath, [BIN, ...words.split(' ')], {env, encoding: 'utf8'}).trim()
}

export function startAstro(home: string): Promise<RunningService> {
  return startService(home, ['--dialect', 'astro'])
}

/** Thrown if the answer is an error, and not if there is no answer. */
export class StatusError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`HTTP ${status}`)
    this.status = status
  }
}

/** Return the calls of a client. Each rejects if its answer is an error or does not come. */
export function clientOf({result}: RunningService, ownerToken: string): Api {
  const {url, organizationId, deploymentId} = result
  const tokens = `/v1/organizations/${organizationId}/tokens`
  async function call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {Authorization: `Bearer ${ownerToken}`},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    })
    const text = await response.text()
    if (!response.ok) throw new StatusError(response.status)
    return text === '' ? {} : JSON.parse(text)
  }
  return {
    async create() {
      const spec = {name: 'ci', scope: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}
      const {id, token} = await call('POST', tokens, spec)
      return {id: String(id), secret: String(token), ended: [], deleted: false, uncertain: null}
    },
    async rotate(token) {
      token.uncertain = 'rotate'
      const {token: secret} = await call('POST', `${tokens}/${token.id}/rotate`)
      token.ended.push(token.secret)
      token.secret = String(secret)
      token.uncertain = null
    },
    async remove(token) {
      token.uncertain = 'delete'
      await call('DELETE', `${tokens}/${token.id}`)
      token.deleted = true
      token.uncertain = null
    },
    async list() {
      return Number((await call('GET', `${tokens}?limit=1`))['totalCount'])
    },
    async verify(secret) {
      const response = await fetch(`${url}/verify`, {method: 'POST', headers: {Authorization: `Bearer ${secret}`}})
      const {valid, reason} = (await response.json()) as {valid: boolean; reason: string | null}
      return valid ? null : reason
    },
  }
}

/**
 * Make random changes, one after another, until one fails or `until` is true. Add what is
 * acknowledged to `known`. Return the last error.
 */
export async function makeChanges(api: Api, known: KnownSecret[], until: () => boolean): Promise<unknown> {
  const own: KnownSecret[] = []
  try {
    while (!until()) {
      const usable = own.filter(({deleted}) => !deleted)
      const [token] = usable
      const choice = Math.random()
      if (!token || choice < 0.4) {
        const made = await api.create()
        own.push(made)
        known.push(made)
      } else if (choice < 0.8) await api.rotate(token)
      else await api.remove(token)
    }
    return null
  } catch (err) {
    return err
  }
}
