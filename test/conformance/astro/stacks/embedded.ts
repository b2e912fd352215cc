import type {AstroApi} from '../../../../src/vendors/astro/api.ts'
import {embeddedAstroApi} from '../../../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {repeatTransactions} from '../../../support/engines.ts'
import type {AstroStack} from '../suite/target.ts'

/** The adapter over the token service, called directly. */
export const EMBEDDED: AstroStack = {
  title: 'the embedded adapter',
  connect({service}, value) {
    const call =
      (name: string) =>
      async (...args: unknown[]) => {
        const credential = await service.authenticate(ASTRO_POLICY, value)
        const api = embeddedAstroApi(service, {
          kind: 'token',
          actor: {type: 'token', id: credential.token.id},
          ...credential,
        })
        const method = Reflect.get(api, name) as (...args: unknown[]) => unknown
        return method.apply(api, args)
      }
    return new Proxy({} as AstroApi, {get: (_, name) => (typeof name === 'string' ? call(name) : undefined)})
  },
}

/** The same on an engine where each transaction conflicts with another one and runs again. */
export const EMBEDDED_TWICE: AstroStack = {
  ...EMBEDDED,
  title: 'the embedded adapter, each transaction run twice',
  service: {wrapEngine: repeatTransactions},
}
