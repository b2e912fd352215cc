import {bodyText} from '../../../service/http/body.ts'
import type {RequestContext, Route} from '../../../service/http/dialect.ts'
import {HttpRefusal} from '../../../service/http/failure.ts'
import type {TokenService} from '../../../service/token-service.ts'
import {ASTRO_POLICY} from '../embedded/policy.ts'
import type {SignIn} from './sign-in.ts'

const TOKEN_PATH = '/oauth/token'

/**
 * The lifetime to report for a secret that never ends, in seconds: Astro's longest period, 3650
 * days.
 */
const NO_END_SECONDS = 3650 * 86_400

/**
 * Return the routes that sign in with a token, without a browser (contracts/astro.md, 3.4 and 6.8).
 */
export function loginRoutes(service: TokenService, signIn: SignIn, now: () => number): Route[] {
  return [
    {
      path: '/private/v1alpha1/cli/auth-config',
      handlers: {
        // domainUrl ends with a slash, because the binary appends paths to it.
        GET: (c) =>
          c.json({clientId: 'tokenry', audience: 'astronomer-ee', domainUrl: `${new URL(c.req.url).origin}/`}),
      },
    },
    {
      path: '/userinfo',
      handlers: {
        async GET(c) {
          const {id, username, fullName} = await (await signIn(c)).getSelf()
          return c.json({sub: id, email: username, name: fullName})
        },
      },
    },
    {path: TOKEN_PATH, handlers: {POST: async (c) => c.json(await refresh(c, service, now))}},
  ]
}

/**
 * Answer a refresh, the only grant (RFC 6749, section 6). A token that still works is returned
 * unchanged.
 */
async function refresh(c: RequestContext, service: TokenService, now: () => number): Promise<Record<string, unknown>> {
  const form = new URLSearchParams(bodyText(c))
  const grant = form.get('grant_type')
  if (!grant) throw new OauthError('invalid_request', 'grant_type is missing')
  if (grant !== 'refresh_token')
    throw new OauthError('unsupported_grant_type', 'Only grant_type=refresh_token is possible')
  const value = form.get('refresh_token')
  if (!value) throw new OauthError('invalid_request', 'refresh_token is missing: sign in with an API token')
  const verdict = await service.verify(value)
  if (!verdict.valid || verdict.token.vendor !== ASTRO_POLICY.vendor) {
    throw new OauthError('invalid_grant', 'The refresh token is invalid or expired: sign in with an API token')
  }
  await service.authenticate(ASTRO_POLICY, value)
  const {validUntil, graceUntil, state} = verdict.value
  const ends = [validUntil, state === 'grace' ? graceUntil : null].filter((end) => end !== null)
  const seconds = ends.length === 0 ? NO_END_SECONDS : Math.floor((Math.min(...ends) - now()) / 1000)
  return {
    access_token: value,
    refresh_token: value,
    id_token: '',
    token_type: 'Bearer',
    scope: '',
    expires_in: seconds,
  }
}

/** An error of RFC 6749, section 5.2. */
class OauthError extends HttpRefusal {
  readonly error: string

  constructor(error: string, message: string) {
    super(400, message)
    this.error = error
  }
}

/**
 * Return the error fields for the token path. The binary treats every response there without
 * `error` as a success, with any status, and would overwrite its token with an empty one
 * (contracts/astro.md, 6.8).
 */
export function oauthErrorFields({path, err, status, message}: OauthFailure): Record<string, string> {
  if (!path.endsWith(TOKEN_PATH)) return {}
  return {error: err instanceof OauthError ? err.error : toOauthCode(status), error_description: message}
}

interface OauthFailure {
  path: string
  err: unknown
  status: number
  message: string
}

function toOauthCode(status: number): string {
  if (status === 504) return 'temporarily_unavailable'
  if (status >= 500) return 'server_error'
  return status === 401 ? 'invalid_grant' : 'invalid_request'
}
