import {expect} from 'chai'
import {type AstroHome, openAstroHome} from '../support/astro-home.ts'

describe('rotate of a token that has a role on an entity of the wrong type', () => {
  let astro: AstroHome
  beforeEach(async () => {
    astro = await openAstroHome()
  })

  for (const [entityType, id, deploymentId] of [
    ['WORKSPACE', 'deploymentId', null],
    ['DEPLOYMENT', 'workspaceId', null],
    ['DAG', 'workspaceId', 'workspaceId'],
  ] as const) {
    it(`changes nothing, names the role and prints the request that fixes it: ${entityType} with a ${id}`, async () => {
      const {id: tokenId} = await astro.make('organization', 'ops')
      const db = astro.database()
      const sql = `INSERT INTO token_role (organization_id, token_id, position, entity_type, entity_id, deployment_id, role)
        VALUES (?, ?, 1, ?, ?, ?, 'SOME_ROLE')`
      const on = deploymentId && astro[deploymentId]
      db.prepare(sql).run(astro.organizationId, tokenId, entityType, on === null ? astro[id] : "e'tl", on)
      db.close()
      const words = ['SOME_ROLE', `${astro[id]}, which is a`, 'curl', `tokens/${tokenId}/roles`, 'ORGANIZATION_OWNER']
      const {stderr} = await astro.refused(`organization token rotate ${tokenId} --force`, {exitCode: 7, words})
      expect(stderr.split('\n')[1]).to.not.contain('SOME_ROLE')
    })
  }
})
