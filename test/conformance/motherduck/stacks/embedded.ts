import type {MotherDuckApi} from '../../../../src/vendors/motherduck/api.ts'
import {embeddedMotherDuckApi} from '../../../../src/vendors/motherduck/embedded/embedded-api.ts'
import {MOTHERDUCK_POLICY} from '../../../../src/vendors/motherduck/embedded/policy.ts'
import {repeatTransactions} from '../../../support/engines.ts'
import {isMethod, type MotherDuckStack} from '../suite/target.ts'

/** The adapter over the token service, called directly. */
export const EMBEDDED: MotherDuckStack = {
  title: 'the embedded adapter',
  connect({service}, secret) {
    const call =
      (name: string) =>
      async (...args: unknown[]) => {
        const credential = await service.authenticate(MOTHERDUCK_POLICY, secret)
        const actor = {type: 'token', id: credential.token.id} as const
        const api = embeddedMotherDuckApi(service, {kind: 'token', actor, ...credential})
        const method = Reflect.get(api, name) as (...args: unknown[]) => unknown
        return method.apply(api, args)
      }
    return new Proxy({} as MotherDuckApi, {get: (_, name) => (isMethod(name) ? call(name) : undefined)})
  },
}

/** The same on an engine where each transaction conflicts with another one and runs again. */
export const EMBEDDED_TWICE: MotherDuckStack = {
  ...EMBEDDED,
  title: 'the embedded adapter, each transaction run twice',
  service: {wrapEngine: repeatTransactions},
}
