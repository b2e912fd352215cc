import {AppError} from '../../errors/app-error.ts'
import {MOTHERDUCK_LIMITS, type MotherDuckApi, type MotherDuckUser} from './api.ts'

/** A longer list is taken for one without an end. */
const USERS_MAX = 100_000

/** Pages in a row without a new user. More are taken for a list without an end. */
const IDLE_PAGES_MAX = 100

interface UserConditions {
  serviceAccount?: boolean | undefined
  deprovisioned?: boolean | undefined
}

/**
 * Return every user of the organization, each once, ordered by username. The pages are read one
 * after the other: each names the next one.
 *
 * UPSTREAM, not worth a retry, if a page names itself or an earlier one, after 100 000 users, or
 * after 100 pages in a row without a new one.
 */
export async function listUsers(
  {api}: {api: MotherDuckApi},
  {serviceAccount, deprovisioned}: UserConditions = {},
): Promise<MotherDuckUser[]> {
  const found = new Map<string, MotherDuckUser>()
  const seen = new Set<string>()
  let idlePages = 0
  for (let pageToken: string | null = null; ; ) {
    const before = found.size
    const page = await api.listUsers({
      limit: MOTHERDUCK_LIMITS.pageLimitMax,
      ...(pageToken === null ? {} : {page_token: pageToken}),
      ...(serviceAccount === undefined ? {} : {is_service_account: serviceAccount}),
      ...(deprovisioned === undefined ? {} : {is_deprovisioned: deprovisioned}),
    })
    for (const user of page.users) if (!found.has(user.id)) found.set(user.id, user)
    pageToken = page.next_page_token
    if (pageToken === null || pageToken === '') return [...found.values()]
    if (seen.has(pageToken)) throw refuseEndless('a page names an earlier one')
    if (found.size > USERS_MAX) throw refuseEndless(`it has more than ${USERS_MAX} entries`)
    idlePages = found.size === before ? idlePages + 1 : 0
    if (idlePages > IDLE_PAGES_MAX) throw refuseEndless(`${idlePages} pages have no new user`)
    seen.add(pageToken)
  }
}

function refuseEndless(why: string): AppError {
  return new AppError('UPSTREAM', `The list of users does not end: ${why}`, {
    retryable: false,
    hint: 'Report it to MotherDuck; name the user with --user instead',
  })
}
