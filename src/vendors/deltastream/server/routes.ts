import type {RequestContext, Route} from '../../../service/http/dialect.ts'
import {HttpRefusal, refuseUnreadable} from '../../../service/http/failure.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {ResultSet} from '../api.ts'
import {toBatchAnswer} from '../embedded/result-sets.ts'
import {checkSessionId, readStatementRequest} from './envelope.ts'
import type {KeptResults} from './kept-results.ts'
import {signIn} from './sign-in.ts'

/**
 * Return the routes of contracts/deltastream.md, section 1. Statements are run before the answer,
 * so it is always a 200 with the result.
 */
export function createRoutes(service: TokenService, kept: KeptResults): Route[] {
  return [
    {
      path: '/v2/statements',
      handlers: {
        async POST(c: RequestContext) {
          const {api, tokenId} = await signIn(service, c)
          const results = await api.runAll(readStatementRequest(c))
          const answer = toBatchAnswer(results)
          for (const result of [...results.slice(0, -1), answer]) kept.keep(tokenId, result)
          return c.json(answer)
        },
      },
    },
    {
      path: '/v2/statements/:id',
      handlers: {
        async GET(c: RequestContext) {
          const {tokenId} = await signIn(service, c)
          return c.json(fetchResult(c, (id) => kept.find(tokenId, id)))
        },
      },
    },
    {
      path: '/v2/version',
      handlers: {
        async GET(c: RequestContext) {
          const {api} = await signIn(service, c)
          return c.json(await api.getVersion())
        },
      },
    },
  ]
}

/** Return a result that was kept, if the partition that the client asks for exists. */
function fetchResult(c: RequestContext, find: (id: string) => ResultSet | undefined): ResultSet {
  const id = toUuid(c.req.param('id') ?? '')
  const {searchParams} = new URL(c.req.url)
  checkSessionId(searchParams.get('sessionID') ?? undefined)
  const partition = searchParams.get('partitionID') ?? '0'
  if (!/^\d{1,10}$/.test(partition)) throw refuseUnreadable(400, 'partitionID is not a whole number from 0')
  const result = find(id)
  if (!result) throw new HttpRefusal(404, 'There is no result of such a statement')
  // The result of a statement that failed has no partition, and is fetched as the first one.
  const partitions = Math.max(1, result.metadata.partitionInfo.length)
  if (Number(partition) >= partitions) throw refuseUnreadable(400, 'the result has no such partition')
  return result
}

/** Return the id in the spelling of this service. Throw 400 if it is not a UUID. */
function toUuid(text: string): string {
  const digits = /^([\da-f]{8})(-?)([\da-f]{4})\2([\da-f]{4})\2([\da-f]{4})\2([\da-f]{12})$/i.exec(text)
  if (!digits) throw refuseUnreadable(400, 'the id of the statement is not a UUID')
  const [, first, , ...rest] = digits
  return [first, ...rest].join('-').toLowerCase()
}
