import {expect} from 'chai'
import type {DeltaStreamApi, ResultSet, StatementRequest} from '../../../../src/vendors/deltastream/api.ts'
import {type DeltaStreamHttp, openDeltaStreamHttp, readSecret} from '../../../support/deltastream-http.ts'
import type {TestServiceOptions} from '../../../support/test-service.ts'

/** One implementation of the DeltaStream API. */
export interface DeltaStreamStack {
  title: string
  /** How the service behind it is opened (default: a plain service in memory). */
  service?: TestServiceOptions
  /**
   * Return the API for the caller with this secret, which may be invalid. Each call is a separate
   * request. `onClose` takes work for the end of the test.
   */
  connect(service: DeltaStreamHttp, secret: string, onClose: OnClose): DeltaStreamApi
}

export type OnClose = (work: () => Promise<void>) => void

type Cells = (string | null)[][]

/** A new service behind a stack. */
export interface SuiteTarget extends DeltaStreamHttp {
  connect(secret: string): DeltaStreamApi
  /** Run a statement with the token `first`, or with another one. */
  run(request: string | StatementRequest, secret?: string): Promise<ResultSet>
  /** Run a statement that succeeds, and return its rows. */
  rows(request: string | StatementRequest, secret?: string): Promise<Cells>
  /** Run a statement that mints, and return the secret. */
  secret(request: string | StatementRequest, secret?: string): Promise<string>
  /** Run a statement that fails with this state and changes nothing. Return the message. */
  fails(state: string, request: string | StatementRequest, secret?: string): Promise<string>
  close(): Promise<void>
}

export type OpenTarget = () => Promise<SuiteTarget>

export async function openTarget({connect, service: options = {}}: DeltaStreamStack): Promise<SuiteTarget> {
  const service = await openDeltaStreamHttp({inMemory: true, ...options})
  const closing: (() => Promise<void>)[] = []
  const connected = new Map<string, DeltaStreamApi>()
  const connectAs = (secret: string) => {
    const known = connected.get(secret) ?? connect(service, secret, (work) => closing.push(work))
    connected.set(secret, known)
    return known
  }
  const run = (request: string | StatementRequest, secret = service.firstToken) =>
    connectAs(secret).run(typeof request === 'string' ? {statement: request} : request)
  return {
    ...service,
    connect: connectAs,
    run,
    async rows(request, secret) {
      const result = await run(request, secret)
      expect(result, JSON.stringify(request)).to.include({sqlState: '00000'})
      return result.data
    },
    async secret(request, secret) {
      return readSecret(await run(request, secret))
    },
    async fails(state, request, secret) {
      const before = await service.snapshot()
      const result = await run(request, secret)
      expect(result.sqlState, `${JSON.stringify(request)}: ${result.message}`).to.equal(state)
      const {encoding, partitionInfo, columns, context} = result.metadata
      expect({encoding, partitionInfo, columns}).to.deep.equal({encoding: 'json', partitionInfo: [], columns: []})
      expect(context.organizationID).to.equal(service.organizationUuid)
      expect(context.roleName).to.be.a('string').and.not.equal('')
      expect(result.data).to.deep.equal([])
      expect(result.message).to.be.a('string').and.not.equal('')
      expect(await service.snapshot(), 'nothing changed').to.equal(before)
      return result.message ?? ''
    },
    async close() {
      await Promise.all(closing.map((work) => work()))
      await service.service.close()
    },
  }
}

/** Open a new target for each test, and close it after the test. */
export function useTarget(open: OpenTarget): {current: SuiteTarget} {
  const target = {} as {current: SuiteTarget}
  beforeEach(async () => {
    target.current = await open()
  })
  afterEach(() => target.current.close())
  return target
}
