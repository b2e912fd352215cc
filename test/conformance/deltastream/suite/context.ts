import {expect} from 'chai'
import {type OpenTarget, useTarget} from './target.ts'

/** contracts/deltastream.md, sections 1.2 and 1.3. */
export function describeContext(open: OpenTarget): void {
  const target = useTarget(open)

  it('repeats what the request names, on a success and on a failure', async () => {
    const {run, organizationUuid} = target.current
    const places = {database: 'My DB', schema: 'public', store: 'prod%', computePool: 'pool'}
    for (const statement of ['LIST ROLES', 'DROP ROLE nothing', 'not sql']) {
      expect((await run({statement, ...places})).metadata.context).to.deep.equal({
        organizationID: organizationUuid,
        roleName: 'sysadmin',
        databaseName: 'My DB',
        schemaName: 'public',
        storeName: 'prod%',
        computePoolName: 'pool',
      })
    }
  })

  it('takes its own organization and role back, and the name of the organization', async () => {
    const {run, organizationUuid} = target.current
    for (const organization of [organizationUuid, organizationUuid.toUpperCase(), 'default']) {
      const {sqlState, metadata} = await run({statement: 'LIST ROLES', organization, role: 'sysadmin'})
      expect([sqlState, metadata.context.organizationID]).to.deep.equal(['00000', organizationUuid])
    }
  })

  for (const [state, place] of [
    ['3D004', {organization: 'Default'}],
    ['3D004', {organization: '00000000-0000-4000-8000-000000000000'}],
    ['3D001', {role: 'SYSADMIN'}],
    ['3D001', {role: 'nothing'}],
    ['42501', {role: 'orgadmin'}],
    ['42501', {role: 'useradmin'}],
  ] as const) {
    it(`refuses with ${state}: ${JSON.stringify(place)}`, async () => {
      await target.current.fails(state, {statement: 'CREATE ROLE a', ...place})
    })
  }

  it('escapes control characters of a name in the message', async () => {
    const {fails} = target.current
    const name = 'a\n\u001b[31m\u0085\u202e"%s'
    for (const place of [{role: name}, {organization: name}]) {
      const message = await fails(place.role === undefined ? '3D004' : '3D001', {statement: 'LIST ROLES', ...place})
      expect(message).to.contain('"a\\n\\x1b[31m\\x85\\u202e""%s" does not exist')
    }
  })

  it('keeps no session: a time zone and a session id change nothing', async () => {
    const {run} = target.current
    for (const parameters of [{}, {timezone: 'America/New_York', sessionID: ''}, {sessionID: 's'.repeat(256)}]) {
      const {sqlState, data} = await run({statement: 'LIST API_TOKENS', parameters})
      expect(sqlState).to.equal('00000')
      expect(data[0]?.[2]).to.match(/Z$/)
    }
  })

  it('shows nothing of another organization', async () => {
    const {service, run, rows} = target.current
    const actor = {type: 'local', id: 'tester'} as const
    const {ASTRO_POLICY} = await import('../../../../src/vendors/astro/embedded/policy.ts')
    const {organization} = await service.createOrganization(ASTRO_POLICY, actor, {name: 'other'})
    expect((await run({statement: 'LIST ROLES', organization: 'other'})).sqlState).to.equal('3D004')
    expect((await run({statement: 'LIST ROLES', organization: organization.uuid})).sqlState).to.equal('3D004')
    expect(await rows('LIST ORGANIZATIONS')).to.have.length(1)
  })
}
