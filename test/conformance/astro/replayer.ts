import {expect} from 'chai'
import * as z from 'zod'
import {ERROR, schemaOf} from './answers.ts'
import {openConnection, type RawAnswer, type RawConnection} from './raw-connection.ts'
import {type RecordedRequest, toBytes} from './recorded-runs.ts'
import {type FrozenWorld, thawWorld, type World} from './world.ts'

/** A service on a free port, and one persistent connection to it, as the binary uses it. */
export interface ReplayTarget {
  world: World
  host: string
  connection: RawConnection
  close(): Promise<void>
}

export async function openReplayTarget(frozen: FrozenWorld): Promise<ReplayTarget> {
  const world = await thawWorld(frozen)
  const service = await world.listen()
  const connection = await openConnection(service.port)
  return {
    world,
    host: `localhost:${service.port}`,
    connection,
    async close() {
      connection.close()
      await service.stop(0)
      await world.service.close()
    },
  }
}

/**
 * Send these requests one after another, expect what the binary needs from every answer, and return
 * the bodies.
 */
export async function replay({connection, world, host}: ReplayTarget, requests: RecordedRequest[]): Promise<unknown[]> {
  const bodies: unknown[] = []
  for (const request of requests) {
    bodies.push(expectAnswer(request, await connection.send(toBytes(request, world, host))))
  }
  return bodies
}

/**
 * Expect what the binary needs from every answer (contracts/astro.md, sections 5 and 7). Return the
 * body.
 */
function expectAnswer({request, status}: RecordedRequest, answer: RawAnswer): unknown {
  expect(answer.status, `${request}: ${answer.body}`).to.equal(status)
  if (status === 204) {
    expect(answer.body).to.equal('')
    return null
  }
  expect(answer.headers.get('content-type')).to.equal('application/json')
  const body: unknown = JSON.parse(answer.body)
  const schema = status === 200 ? schemaOf(request) : ERROR
  const {success, error} = schema.safeParse(body)
  expect(success, `${request}: ${error && z.prettifyError(error)}`).to.equal(true)
  expectPage(request, body as Record<string, unknown>)
  return body
}

/**
 * The binary increases the offset by the limit that it sent. So every page except the last one must
 * have that length, and the count must be exact.
 */
function expectPage(request: string, {limit, offset, totalCount, ...items}: Record<string, unknown>): void {
  if (typeof totalCount !== 'number') return
  const {searchParams} = new URL(request.split(' ')[1] ?? '', 'http://localhost')
  expect({limit, offset}).to.deep.equal({
    limit: Number(searchParams.get('limit')),
    offset: Number(searchParams.get('offset')),
  })
  const [rows] = Object.values(items)
  expect(rows).to.have.lengthOf(Math.max(0, Math.min(Number(limit), totalCount - Number(offset))))
}
