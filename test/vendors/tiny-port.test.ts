import {openTestService} from '../support/test-service.ts'
import {type NewTinyToken, type TinyToken, tinyTokenPort} from '../support/tiny-port.ts'
import {TINY_POLICY} from '../support/tiny-vendor.ts'
import type {PortRun} from './token-port-harness.ts'
import {tokenPortSuite} from './token-port-suite.ts'

const RUN: PortRun<TinyToken, NewTinyToken> = {
  title: 'a made-up vendor without ids and capabilities',
  capabilities: [],
  reported: ['name', 'owner', 'createdAt', 'expiresAt', 'fragment'],
  replaces: true,
  namesUnique: true,
  async open() {
    const {service, clock, organizationId} = await openTestService({inMemory: true})
    return {
      port: tinyTokenPort(service, {organizationId, user: 'alice'}),
      words: {noun: 'access key', where: 'the context tiny-prod', command: (words) => `tokenry tiny token ${words}`},
      owner: {type: 'user', id: 'alice'},
      clock,
      newToken: (name, days) => ({name, days: days ?? null}),
      isValid: async (secret) => (await service.verify(secret)).valid,
      async use(secret) {
        await service.authenticate(TINY_POLICY, secret)
        await service.settle()
      },
      close: () => service.close(),
    }
  },
}

tokenPortSuite(RUN)
