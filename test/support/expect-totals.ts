import type {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import type {StoreSession, TokenFilter} from '../../src/service/store/store.ts'

const SCOPES = ['ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT']

/**
 * Compare the total of each filter that is counted with a count of all tokens in the database, also
 * for organizations and places that are deleted.
 */
export async function expectTotals(read: StoreSession, db: DatabaseSync): Promise<void> {
  const organizations = db.prepare('SELECT organization_id AS id FROM organization').all() as {id: string}[]
  const held = 'SELECT DISTINCT entity_type AS type, entity_id AS id FROM token_role WHERE organization_id = ?'
  for (const {id: organizationId} of organizations) {
    const entities = db.prepare(held).all(organizationId) as {type: string; id: string}[]
    for (const {vendor} of db.prepare('SELECT DISTINCT vendor FROM token').all() as {vendor: string}[]) {
      for (const entity of [undefined, ...entities.map(({type, id}) => ({type, id}))]) {
        for (const scope of [undefined, ...SCOPES]) {
          for (const kinds of [undefined, ['AGENT']]) {
            const filter: TokenFilter = {
              vendor,
              ...(entity ? {entity} : {}),
              ...(scope ? {scope} : {}),
              ...(kinds ? {kinds} : {}),
            }
            const total = await read.countTokens(organizationId, filter)
            expect(total, JSON.stringify(filter)).to.equal(countAll(db, organizationId, filter))
          }
        }
      }
    }
  }
}

function countAll(db: DatabaseSync, organizationId: string, {vendor, entity, scope, kinds}: TokenFilter): number {
  const terms = ['organization_id = ?', 'vendor = ?', 'deleted_at IS NULL']
  const params = [organizationId, vendor]
  if (scope) {
    terms.push('scope = ?')
    params.push(scope)
  }
  if (kinds?.[0]) {
    terms.push('kind = ?')
    params.push(kinds[0])
  }
  if (entity) {
    terms.push(`EXISTS (SELECT 1 FROM token_role WHERE token_role.organization_id = token.organization_id
      AND token_role.token_id = token.id AND entity_type = ? AND entity_id = ?)`)
    params.push(entity.type, entity.id)
  }
  const row = db.prepare(`SELECT COUNT(*) AS count FROM token WHERE ${terms.join(' AND ')}`).get(...params)
  return Number(row?.['count'])
}
