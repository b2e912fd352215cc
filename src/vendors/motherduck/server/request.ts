import {bodyText} from '../../../service/http/body.ts'
import type {RequestContext} from '../../../service/http/dialect.ts'
import type {UsersQuery} from '../api.ts'
import {invalidFields} from '../validate.ts'

/** Return the JSON body, with any Content-Type. INVALID if it is not JSON. */
export function readJson(c: RequestContext): unknown {
  const text = bodyText(c)
  try {
    return JSON.parse(text)
  } catch {
    throw invalidFields([{field: 'body', code: 'json', message: 'the body must be JSON'}])
  }
}

/** Return the known parameters of the query. Others are ignored (contracts/motherduck.md, 2). */
export function readUsersQuery(c: RequestContext): UsersQuery {
  const {searchParams} = new URL(c.req.url)
  const read = <Value>(name: string, parse: (name: string, text: string) => Value) => {
    const text = searchParams.get(name)
    return text === null || text === '' ? {} : {[name]: parse(name, text)}
  }
  return {
    ...read('limit', toNumber),
    ...read('offset', toNumber),
    ...read('page_token', (_, text) => text),
    ...read('is_service_account', toBoolean),
    ...read('is_deprovisioned', toBoolean),
  }
}

function toNumber(name: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw invalidFields([{field: name, code: 'type', message: `${name} must be a whole number`}])
}

function toBoolean(name: string, text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  throw invalidFields([{field: name, code: 'oneof', message: `${name} must be true or false`}])
}
