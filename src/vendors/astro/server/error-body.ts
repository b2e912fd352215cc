import type {ToldError} from '../../../service/http/app.ts'
import {oauthErrorFields} from './login.ts'

/** The token path counts with anything before it: a client may join the two with a slash too many. */
const OWN_PATHS = /^\/(v1|private|userinfo)(\/|$)|\/oauth\/token$/

/** The body of every answer that is no success (contracts/astro.md, 5.2); null for a path that Astro does not have. */
export function astroErrorBody(told: ToldError): Record<string, unknown> | null {
  const {path, failure, requestId} = told
  if (!OWN_PATHS.test(path)) return null
  const {message, status, fieldErrors} = failure
  const body = {message, requestId, statusCode: status, ...(fieldErrors.length === 0 ? {} : {fieldErrors})}
  return {...body, ...oauthErrorFields(told)}
}
