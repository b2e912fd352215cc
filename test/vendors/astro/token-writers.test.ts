import {expect} from 'chai'
import {entityAt} from '../../../src/operations/astro/entity.ts'
import {withoutRole, withRole} from '../../../src/operations/astro/grant-role.ts'
import type {AstroApi, AstroToken, AstroTokenRole} from '../../../src/vendors/astro/api.ts'
import {apiTokenPort, toTokenRecord} from '../../../src/vendors/astro/token-port.ts'
import {createAstroTarget} from '../../support/astro-target.ts'
import {expectFailure} from '../../support/rejection.ts'

const OWN: AstroTokenRole = {entityType: 'ORGANIZATION', entityId: 'org', role: 'ORGANIZATION_MEMBER'}
const HERE: AstroTokenRole = {entityType: 'DEPLOYMENT', entityId: 'dep', role: 'DEPLOYMENT_ADMIN'}
const THERE: AstroTokenRole = {entityType: 'WORKSPACE', entityId: 'wsp', role: 'WORKSPACE_OWNER'}
const DAG: AstroTokenRole = {entityType: 'DAG', entityId: 'etl', role: 'DAG_VIEWER', deploymentId: 'dep'}

/** Return Astro with one token, which another client can change between any two calls. */
function openAstro(token: Partial<AstroToken> = {}) {
  const astro = {
    token: {
      id: 'tok',
      name: 'ci',
      description: 'ours',
      scope: 'ORGANIZATION',
      kind: 'STANDARD',
      shortToken: 'abcdefgh',
      startAt: '2026-11-22T12:00:00Z',
      createdAt: '2026-11-22T12:00:00Z',
      updatedAt: '2026-11-22T12:00:00Z',
      roles: [OWN, HERE],
      ...token,
    } as AstroToken,
    calls: [] as unknown[][],
    /**
     * A change by another client immediately after a write, before anything is read or answered.
     */
    afterWrite: () => {},
  }
  const write = (change: Partial<AstroToken>) => {
    astro.token = {...astro.token, ...structuredClone(change)}
    astro.afterWrite()
  }
  const api: Pick<AstroApi, 'getToken' | 'updateToken' | 'updateTokenRoles'> = {
    async getToken(_, id) {
      astro.calls.push(['getToken', id])
      return structuredClone(astro.token)
    },
    async updateToken(_, id, body) {
      astro.calls.push(['updateToken', id, body])
      write(body)
      return structuredClone(astro.token)
    },
    async updateTokenRoles(_, id, roles) {
      astro.calls.push(['updateTokenRoles', id, roles])
      write({roles})
    },
  }
  const connection = {api: api as AstroApi, capabilities: {}}
  const port = apiTokenPort(connection, {organizationId: 'org', scope: 'DEPLOYMENT', id: 'dep'})
  const target = createAstroTarget(connection, {organizationId: 'org'})
  const entity = entityAt(target, {scope: 'DEPLOYMENT', id: 'dep', name: 'default', isSeen: true})
  return Object.assign(astro, {port, entity, seen: toTokenRecord(structuredClone(astro.token))})
}

const namesOf = (calls: unknown[][]) => calls.map(([name]) => name)

describe('a text that is written without comparing revisions', () => {
  it('is written between two reads of the token', async () => {
    const astro = openAstro()
    await astro.port.writeText(astro.seen, {name: 'new', description: 'new text'})
    expect(namesOf(astro.calls).slice(0, 2)).to.deep.equal(['getToken', 'updateToken'])
    expect(astro.token).to.include({name: 'new', description: 'new text'})
  })

  it('keeps a description that is not given', async () => {
    const astro = openAstro()
    await astro.port.writeText(astro.seen, {name: 'new'})
    expect(astro.token).to.include({name: 'new', description: 'ours'})
  })

  for (const [what, change] of [
    ['the name', {name: 'theirs'}],
    ['the description', {description: 'theirs'}],
    ['both', {name: 'theirs', description: 'theirs'}],
  ] as const) {
    it(`is CONFLICT, and nothing is written, if another client has changed ${what} since it was read`, async () => {
      const astro = openAstro()
      Object.assign(astro.token, change)
      const before = structuredClone(astro.token)
      const err = await expectFailure(astro.port.writeText(astro.seen, {name: 'new', description: 'new'}), 'CONFLICT')
      expect(err.message).to.contain('name or description of API token tok').and.to.contain('someone else')
      expect(namesOf(astro.calls)).to.deep.equal(['getToken'])
      expect(astro.token).to.deep.equal(before)
    })

    it(`is CONFLICT if another client changes ${what} while it is written`, async () => {
      const astro = openAstro()
      astro.afterWrite = () => Object.assign(astro.token, change)
      const err = await expectFailure(astro.port.writeText(astro.seen, {name: 'new', description: 'new'}), 'CONFLICT')
      expect(err.message).to.contain('name or description of API token tok')
      expect(astro.token).to.include(change)
    })
  }

  it('is written no matter how another client changes the roles', async () => {
    const astro = openAstro()
    astro.token.roles = [OWN]
    astro.afterWrite = () => {
      astro.token.roles = [OWN, THERE]
    }
    await astro.port.writeText(astro.seen, {name: 'new', description: 'ours'})
    expect(astro.token).to.deep.include({name: 'new', roles: [OWN, THERE]})
  })
})

describe('roles that are written without comparing revisions', () => {
  it('are written between two reads of the token', async () => {
    const astro = openAstro()
    await astro.port.writeRoles(astro.seen, [OWN, HERE, THERE])
    expect(astro.calls).to.deep.equal([
      ['getToken', 'tok'],
      ['updateTokenRoles', 'tok', [OWN, HERE, THERE]],
      ['getToken', 'tok'],
    ])
  })

  for (const [what, roles] of [
    ['given it one', [OWN, HERE, THERE]],
    ['taken one from it', [OWN]],
    ['given it another one on the same entity', [OWN, {...HERE, role: 'deployer'}]],
    ['given it the same one on another entity', [OWN, {...HERE, entityId: 'other'}]],
    ['moved a DAG role to another deployment', [OWN, HERE, {...DAG, deploymentId: 'other'}]],
  ] satisfies [string, AstroTokenRole[]][]) {
    it(`are CONFLICT, and nothing is written, if another client has ${what} since they were read`, async () => {
      const held = what.includes('DAG') ? [OWN, HERE, DAG] : [OWN, HERE]
      const astro = openAstro({roles: held})
      astro.token.roles = roles
      const err = await expectFailure(astro.port.writeRoles(astro.seen, [OWN]), 'CONFLICT')
      expect(err.message).to.contain('roles of API token tok').and.to.contain('someone else')
      expect(namesOf(astro.calls)).to.deep.equal(['getToken'])
      expect(astro.token.roles).to.deep.equal(roles)
    })
  }

  it('are written if only their order has changed', async () => {
    const astro = openAstro()
    astro.token.roles = [HERE, OWN]
    await astro.port.writeRoles(astro.seen, [OWN])
    expect(astro.token.roles).to.deep.equal([OWN])
  })

  it('are CONFLICT that names every lost role, if another client writes its roles concurrently', async () => {
    const astro = openAstro()
    astro.afterWrite = () => {
      astro.token.roles = [OWN]
    }
    const err = await expectFailure(astro.port.writeRoles(astro.seen, [OWN, {...HERE, role: 'new'}, THERE]), 'CONFLICT')
    expect(err.message).to.contain('tok').and.to.contain('new on deployment dep')
    expect(err.message).to.contain('WORKSPACE_OWNER on workspace wsp').and.not.to.contain('ORGANIZATION_MEMBER')
    expect(namesOf(astro.calls)).to.deep.equal(['getToken', 'updateTokenRoles', 'getToken'])
    expect(astro.token.roles).to.deep.equal([OWN])
  })

  it('are CONFLICT that names a removed role, if another client gives it back concurrently', async () => {
    const astro = openAstro()
    astro.afterWrite = () => {
      astro.token.roles = [OWN, HERE]
    }
    const err = await expectFailure(astro.port.writeRoles(astro.seen, [OWN]), 'CONFLICT')
    expect(err.message).to.contain('DEPLOYMENT_ADMIN on deployment dep')
  })

  it('are written if another client concurrently only adds a role or renames the token', async () => {
    const astro = openAstro()
    astro.afterWrite = () => Object.assign(astro.token, {name: 'theirs', roles: [...astro.token.roles, THERE]})
    await astro.port.writeRoles(astro.seen, [OWN, HERE, DAG])
    expect(astro.token).to.deep.include({name: 'theirs', roles: [OWN, HERE, DAG, THERE]})
  })

  it('keep fields that tokenry does not use, in roles that stay and in the one that changes', async () => {
    const [own, here] = [
      {...OWN, grantedVia: 'team'},
      {...HERE, conditions: {until: '2027-01-01'}},
    ]
    const astro = openAstro({roles: [own, here]})
    await astro.port.writeRoles(astro.seen, withRole(astro.seen, astro.entity, 'deployer'))
    expect(astro.token.roles).to.deep.equal([own, {...here, role: 'deployer'}])
    const changed = await astro.port.get('tok')
    await astro.port.writeRoles(changed, withoutRole(changed, astro.entity))
    expect(astro.token.roles).to.deep.equal([own])
    const emptied = await astro.port.get('tok')
    await astro.port.writeRoles(emptied, withRole(emptied, astro.entity, HERE.role))
    expect(astro.token.roles).to.deep.equal([own, HERE])
  })
})

describe('a change with a compared revision', () => {
  it('is one call with the revision that was read', async () => {
    const calls: unknown[][] = []
    const record =
      (name: string) =>
      async (...args: unknown[]): Promise<never> =>
        calls.push([name, ...args]) as never
    const capabilities = {
      updateSeenToken: record('updateSeenToken'),
      updateSeenTokenRoles: record('updateSeenTokenRoles'),
    }
    const where = {organizationId: 'org', scope: 'DEPLOYMENT', id: 'dep'} as const
    const port = apiTokenPort({api: {} as AstroApi, capabilities}, where)
    const seen = {...openAstro().seen, revision: 7}
    await port.writeText(seen, {name: 'new'})
    await port.writeRoles(seen, [OWN])
    expect(calls).to.deep.equal([
      ['updateSeenToken', 'org', 'tok', {name: 'new'}, {revision: 7}],
      ['updateSeenTokenRoles', 'org', 'tok', [OWN], {revision: 7}],
    ])
  })
})
