import {dirname} from 'node:path'
import {expect} from 'chai'
import {ownerApi, prepareStore} from '../../bench/load/prepare-store.ts'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('a store that is prepared for a measurement', () => {
  for (const {tokens, mintedTokens} of [
    {tokens: 50, mintedTokens: 10},
    {tokens: 20, mintedTokens: 20},
    {tokens: 30, mintedTokens: 0},
  ]) {
    it(`has ${tokens} tokens and that of its owner, and ${mintedTokens} secrets that are valid`, async () => {
      const target = await prepareStore(tempFolder(), {tokens, mintedTokens, workspaces: 3})
      const {service} = await openEmbeddedService(dirname(target.file), Date.now, ASTRO_POLICY)
      try {
        const page = await ownerApi(service).listTokens(target.organizationId, {limit: 1})
        expect(page.totalCount).to.equal(tokens + 1)
        expect(target.tokens).to.equal(tokens)
        const secrets = target.minted.map(({secret}) => secret)
        expect(new Set(secrets).size).to.equal(mintedTokens)
        for (const secret of [...secrets, target.ownerToken]) {
          expect(await service.verify(secret)).to.include({valid: true})
        }
      } finally {
        await service.close()
      }
    })
  }
})
