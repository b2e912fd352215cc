import {expect} from 'chai'
import {type OpenTarget, useTarget} from './target.ts'

const ROLES = ['orgadmin', 'sysadmin', 'securityadmin', 'useradmin', 'public']

/** What each built-in role includes (contracts/deltastream.md, section 4.6). */
const INCLUDED: Record<string, string[]> = {
  orgadmin: ROLES,
  sysadmin: ['sysadmin', 'public'],
  securityadmin: ['securityadmin', 'useradmin', 'public'],
  useradmin: ['useradmin', 'public'],
  public: ['public'],
}

export function describeRoles(open: OpenTarget): void {
  const target = useTarget(open)

  for (const [holder, included] of Object.entries(INCLUDED)) {
    it(`a token with ${holder} uses and hands on ${included.join(', ')} only`, async () => {
      const {mint, run, fails} = target.current
      const secret = await mint('holder', holder)
      for (const role of ROLES) {
        const create = `CREATE API_TOKEN of_${role} WITH ('token.role_name' = ${role})`
        if (included.includes(role)) {
          expect((await run({statement: 'LIST ROLES', role}, secret)).metadata.context.roleName).to.equal(role)
          expect((await run(create, secret)).sqlState, role).to.equal('00000')
        } else {
          await fails('42501', {statement: 'LIST ROLES', role}, secret)
          await fails('42501', `USE ROLE ${role}`, secret)
          await fails('42501', create, secret)
        }
      }
    })

    it(`a token with ${holder} renews and drops tokens with ${included.join(', ')} only`, async () => {
      const {mint, run, fails} = target.current
      const secret = await mint('holder', holder)
      for (const role of ROLES) {
        const name = `of_${role}`
        await mint(name, role)
        for (const statement of [`ALTER API_TOKEN ${name} RENEW TOKEN`, `DROP API_TOKEN ${name}`]) {
          if (included.includes(role)) expect((await run(statement, secret)).sqlState, statement).to.equal('00000')
          else expect(await fails('42501', statement, secret)).to.contain('does not include')
        }
      }
    })
  }

  it('the role of the session counts, not that of the token', async () => {
    const {mint, fails, rows} = target.current
    await mint('strong', 'sysadmin')
    for (const statement of [
      'ALTER API_TOKEN strong RENEW TOKEN',
      'DROP API_TOKEN strong',
      "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin)",
      'CREATE ROLE reporting',
    ]) {
      await fails('42501', {statement, role: 'public'})
    }
    await rows({statement: 'DROP API_TOKEN strong', role: 'sysadmin'})
  })

  it('LIST ROLES has the built-in roles, with the current one', async () => {
    const {run} = target.current
    const {metadata, data} = await run({statement: 'LIST ROLES;', role: 'public'})
    expect(metadata.columns).to.deep.equal([
      {name: 'Name', type: 'VARCHAR', nullable: false},
      {name: 'Current', type: 'BOOLEAN', nullable: false},
      {name: 'Created At', type: 'TIMESTAMP_LTZ', nullable: false},
    ])
    expect(data.map(([name, current]) => [name, current])).to.deep.equal([
      ['orgadmin', 'false'],
      ['public', 'true'],
      ['securityadmin', 'false'],
      ['sysadmin', 'false'],
      ['useradmin', 'false'],
    ])
  })

  it('a created role is below the role that created it, and inherits public only', async () => {
    const {mint, run, rows, fails} = target.current
    const user = await mint('user', 'useradmin')
    expect(await rows('CREATE ROLE Reporting;', user)).to.deep.equal([
      ['role', 'reporting', 'CREATE', 'role reporting was successfully created'],
    ])
    const create = "CREATE API_TOKEN report WITH ('token.role_name' = reporting)"
    await fails('42501', create)
    const secret = (await run(create, user)).data[0]?.[4] ?? ''
    const own = await run("CREATE API_TOKEN own WITH ('token.role_name' = public)", secret)
    expect([own.sqlState, own.metadata.context.roleName]).to.deep.equal(['00000', 'reporting'])
    for (const role of ROLES.filter((each) => each !== 'public')) await fails('42501', `USE ROLE ${role}`, secret)
    const top = await mint('top', 'orgadmin')
    await rows('ALTER API_TOKEN report RENEW TOKEN', top)
  })

  it('only a role above public that is built in manages roles', async () => {
    const {mint, rows, fails} = target.current
    await rows('CREATE ROLE reporting')
    const [custom, weak] = [await mint('custom', 'reporting'), await mint('weak', 'public')]
    for (const secret of [custom, weak]) {
      for (const statement of ['CREATE ROLE another', 'CREATE ROLE reporting', 'DROP ROLE reporting']) {
        expect(await fails('42501', statement, secret)).to.contain('may not manage roles')
      }
    }
    for (const [name, role] of ROLES.filter((each) => each !== 'public').map((each) => [`r_${each}`, each] as const)) {
      const secret = await mint(name, role)
      await rows(`CREATE ROLE ${name}`, secret)
      await rows(`DROP ROLE ${name}`, secret)
    }
  })

  for (const [state, what, statement] of [
    ['42P011', 'already exists', 'CREATE ROLE sysadmin'],
    ['3D001', 'does not exist', 'DROP ROLE nothing'],
    ['3D001', 'does not exist', 'USE ROLE nothing'],
    ['3D001', 'does not exist', 'USE ROLE "PUBLIC"'],
    ['42501', 'built in', 'DROP ROLE public'],
    ['42501', 'built in', 'DROP ROLE orgadmin'],
  ] as const) {
    it(`refuses with ${state}: ${statement}`, async () => {
      expect(await target.current.fails(state, statement)).to.contain(what)
    })
  }

  it('does not drop a role that a token has, also an expired one, nor one of another branch', async () => {
    const {mint, rows, fails, clock} = target.current
    const [long, user] = [await mint('long', 'sysadmin', 3650), await mint('user', 'useradmin', 3650)]
    await rows('CREATE ROLE reporting', long)
    await fails('42501', 'DROP ROLE reporting', user)
    await rows("CREATE API_TOKEN report WITH ('token.role_name' = reporting, 'token.expires_in_days' = 1)", long)
    expect(await fails('2BP01', 'DROP ROLE reporting', long)).to.contain('"reporting"')
    clock.nowMs += 2 * 86_400_000
    await fails('2BP01', 'DROP ROLE reporting', long)
    await rows('DROP API_TOKEN report', long)
    expect(await rows('DROP ROLE reporting', long)).to.deep.equal([
      ['role', 'reporting', 'DROP', 'role reporting was successfully dropped'],
    ])
    await rows('CREATE ROLE reporting', long)
  })

  it('USE ROLE changes only the context of its answer', async () => {
    const {run} = target.current
    const {data, metadata} = await run('USE ROLE PUBLIC;')
    expect(data[0]?.slice(0, 3)).to.deep.equal(['role', 'public', 'USE'])
    expect(metadata.context.roleName).to.equal('public')
    expect((await run('LIST ROLES')).metadata.context.roleName).to.equal('sysadmin')
  })

  it('LIST ORGANIZATIONS has the organization of the token', async () => {
    const {run, organizationUuid} = target.current
    const {metadata, data} = await run('LIST ORGANIZATIONS;')
    expect(metadata.columns.map(({name, type, nullable}) => [name, type, nullable])).to.deep.equal([
      ['id', 'VARCHAR', false],
      ['name', 'VARCHAR', false],
      ['description', 'VARCHAR', true],
      ['profileImageURI', 'VARCHAR', true],
      ['createdAt', 'TIMESTAMP_LTZ', false],
    ])
    expect(data.map((row) => row.slice(0, 4))).to.deep.equal([[organizationUuid, 'default', null, null]])
  })
}
