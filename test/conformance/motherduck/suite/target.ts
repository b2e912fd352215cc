import type {MotherDuckApi} from '../../../../src/vendors/motherduck/api.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../../support/motherduck-http.ts'
import type {TestServiceOptions} from '../../../support/test-service.ts'

/** One implementation of the MotherDuck API. */
export interface MotherDuckStack {
  title: string
  /** How the service behind it is opened (default: a plain service in memory). */
  service?: TestServiceOptions
  /**
   * Return the API for the caller with this secret, which may be invalid. Each call is a separate
   * request. `onClose` takes work for the end of the test.
   */
  connect(service: MotherDuckHttp, secret: string, onClose: OnClose): MotherDuckApi
}

export type OnClose = (work: () => Promise<void>) => void

/** A new service behind a stack. */
export interface SuiteTarget extends MotherDuckHttp {
  /** The API for the user `admin`. */
  api: MotherDuckApi
  connect(minted: {token: string}): MotherDuckApi
  /** Create a service account with a token. Return the API for that account. */
  addAccount(username: string): Promise<MotherDuckApi>
  /** Create a person with a token. Return the API for that person. */
  addMember(username: string, options?: {admin?: boolean}): Promise<MotherDuckApi>
  close(): Promise<void>
}

export type OpenTarget = () => Promise<SuiteTarget>

export async function openTarget({connect, service: options = {}}: MotherDuckStack): Promise<SuiteTarget> {
  const service = await openMotherDuckHttp({inMemory: true, ...options})
  const closing: (() => Promise<void>)[] = []
  const onClose: OnClose = (work) => closing.push(work)
  const connectAs = ({token}: {token: string}) => connect(service, token, onClose)
  const api = connectAs(service.adminToken)
  return {
    ...service,
    api,
    connect: connectAs,
    async addAccount(username) {
      await service.owner.createUser({username})
      return connectAs(await service.owner.createToken(username, {name: 'own'}))
    },
    async addMember(username, person) {
      await service.addPerson(username, person)
      return connectAs(await service.owner.createToken(username, {name: 'own'}))
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

/**
 * Return whether a property of the API is a method. With `then`, it would be taken for a promise.
 */
export function isMethod(name: string | symbol): name is string {
  return typeof name === 'string' && name !== 'then'
}
