import {expect} from 'chai'
import * as z from 'zod'
import {TEST_NOW} from '../../support/run-tokenry.ts'
import {ERROR, schemaOf} from './answers.ts'
import {openConnection, type RawAnswer, type RawConnection} from './raw-connection.ts'
import {FAMILIES, onlyReads, type RecordedRequest, type RecordedRun, readRuns, toBytes} from './recorded-runs.ts'
import {differences, type FrozenWorld, freezeWorld, thawWorld, type World} from './world.ts'

/** A service on a free port, and one connection to it, as the binary holds it. */
interface Target {
  world: World
  host: string
  connection: RawConnection
  close(): Promise<void>
}

async function openTarget(frozen: FrozenWorld): Promise<Target> {
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

/** What the binary needs of every answer (contracts/astro.md, sections 5 and 7). Gives the body. */
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

/** The binary steps by what it asked for: a page is as long as that, unless it is the last one, and the count is exact. */
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

async function replay({connection, world, host}: Target, requests: RecordedRequest[]): Promise<unknown[]> {
  const bodies: unknown[] = []
  for (const request of requests) {
    bodies.push(expectAnswer(request, await connection.send(toBytes(request, world, host))))
  }
  return bodies
}

describe('the requests of the astro binary, byte for byte', () => {
  let frozen: FrozenWorld
  before(async () => {
    frozen = await freezeWorld(TEST_NOW)
  })

  for (const family of FAMILIES) {
    const runs = readRuns(family).filter(({requests}) => requests.length > 0)

    describe(`${family}: what only reads`, () => {
      let target: Target
      before(async () => {
        target = await openTarget(frozen)
      })
      after(() => target.close())

      for (const run of runs.filter(onlyReads)) {
        it(run.title, async () => {
          const before = await target.world.snapshot()
          await replay(target, run.requests)
          expect(await target.world.snapshot()).to.equal(before)
        })
      }
    })

    describe(`${family}: what changes something`, () => {
      let target: Target
      beforeEach(async () => {
        target = await openTarget(frozen)
      })
      afterEach(() => target.close())

      for (const run of runs.filter((each) => !onlyReads(each))) it(run.title, () => expectChanges(target, run))
    })
  }

  /** The last secret of the answers works afterwards, for the token that the run is about, and what changed is what was recorded. */
  async function expectChanges(target: Target, {requests, changes}: RecordedRun): Promise<void> {
    const {world} = target
    const before = await world.readState()
    const bodies = await replay(target, requests)
    expect(differences(before, await world.readState())).to.deep.equal(changes ?? {})
    for (const body of bodies) {
      const {id, token} = (body ?? {}) as {id?: string; token?: string}
      if (token === undefined) continue
      const verdict = await world.service.verify(token)
      expect(verdict.valid && verdict.token.id).to.equal(id)
    }
  }
})
