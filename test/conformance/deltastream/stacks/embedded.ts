import {embeddedDeltaStreamApi} from '../../../../src/vendors/deltastream/embedded/embedded-api.ts'
import {DELTASTREAM_POLICY} from '../../../../src/vendors/deltastream/embedded/policy.ts'
import {repeatTransactions} from '../../../support/engines.ts'
import type {DeltaStreamStack} from '../suite/target.ts'

/** The adapter over the token service, called directly. */
export const EMBEDDED: DeltaStreamStack = {
  title: 'the embedded adapter',
  connect({service}, secret) {
    const signIn = async () => {
      const credential = await service.authenticate(DELTASTREAM_POLICY, secret)
      const actor = {type: 'token', id: credential.token.id} as const
      return embeddedDeltaStreamApi(service, {kind: 'token', actor, ...credential})
    }
    return {
      run: async (request) => (await signIn()).run(request),
      getVersion: async () => (await signIn()).getVersion(),
    }
  },
}

/** The same on an engine where each transaction conflicts with another one and runs again. */
export const EMBEDDED_TWICE: DeltaStreamStack = {
  ...EMBEDDED,
  title: 'the embedded adapter, each transaction run twice',
  service: {wrapEngine: repeatTransactions},
}
