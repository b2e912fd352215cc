import {expect} from 'chai'
import {decodeToken} from '../../../../src/lib/jwt.ts'
import {TEST_NOW} from '../../../support/run-tokenry.ts'
import {type OpenTarget, useTarget} from './target.ts'

const DAY_SECONDS = 86_400

const text = (name: string) => ({name, type: 'VARCHAR', nullable: false})

/** contracts/deltastream.md, section 4.1. */
export function describeCreation(open: OpenTarget): void {
  const target = useTarget(open)

  it('answers with the documented row, and the secret in its last column', async () => {
    const {run, organizationUuid, connect} = target.current
    const result = await run('CREATE API_TOKEN "ci" WITH (\'token.role_name\' = sysadmin);')
    const secret = result.data[0]?.[4] ?? ''
    expect(result).to.deep.include({
      sqlState: '00000',
      createdOn: Math.floor(TEST_NOW / 1000),
      metadata: {
        encoding: 'json',
        partitionInfo: [{rowCount: 1}],
        columns: [...['Type', 'Name', 'Command', 'Summary'].map(text), {...text('Token'), display_hint: 'nowrap'}],
        context: {organizationID: organizationUuid, roleName: 'sysadmin'},
      },
      data: [['api_token', 'ci', 'CREATE', 'api_token ci was successfully created', secret]],
    })
    expect(result).to.not.have.any.keys('message', 'statementIDs')
    expect(secret).to.match(/^[A-Za-z0-9._~-]+$/)
    expect(await connect(secret).getVersion()).to.deep.equal({major: 2, minor: 0, patch: 0})
  })

  for (const [given, days] of [
    ['', 90],
    [", 'token.expires_in_days' = 30", 30],
    [", 'token.expires_in_days' = '30'", 30],
    [", 'token.expires_in_days' = 030", 30],
    [", 'token.expires_in_days' = 1", 1],
    [", 'token.expires_in_days' = 3650", 3650],
  ] as const) {
    it(`lets the token live exactly ${days} days${given}`, async () => {
      const {rows, secret, clock, connect, firstToken} = target.current
      const minted = await secret(`CREATE API_TOKEN ci WITH ('token.role_name' = public${given})`)
      const [, , created, expires] = (await rows('LIST API_TOKENS')).find(([name]) => name === 'ci') ?? []
      expect((Date.parse(expires ?? '') - Date.parse(created ?? '')) / 1000).to.equal(days * DAY_SECONDS)
      expect(decodeToken(minted)?.payload['exp']).to.equal(Date.parse(expires ?? '') / 1000)
      expect(firstToken).to.not.equal(minted)
      clock.nowMs = Date.parse(expires ?? '') - 1
      await connect(minted).getVersion()
    })
  }

  it('reports whole seconds, and refuses the secret exactly from the reported end on', async () => {
    const {rows, secret, clock, run, mint} = target.current
    clock.nowMs += 789
    const long = await mint('long', 'sysadmin', 3650)
    const minted = await secret("CREATE API_TOKEN ci WITH ('token.role_name' = public, 'token.expires_in_days' = 1)")
    const [, , created, expires = ''] = (await rows('LIST API_TOKENS', long)).find(([name]) => name === 'ci') ?? []
    expect(Date.parse(created ?? '')).to.equal(TEST_NOW - (TEST_NOW % 1000))
    clock.nowMs = Date.parse(expires ?? '') - 1
    expect((await run('LIST API_TOKENS', minted)).sqlState).to.equal('00000')
    clock.nowMs += 1
    const refused = await run('LIST API_TOKENS', minted).catch((err: unknown) => err)
    expect(refused).to.include({code: 'UNAUTHENTICATED'})
  })

  for (const [name, folded] of [
    ['My_Token', 'my_token'],
    ['"My_Token"', 'My_Token'],
    ['`My_Token`', 'My_Token'],
    ['"a""b;--%s"', 'a"b;--%s'],
    ['"日本 🦆 \u2028"', '日本 🦆 \u2028'],
    ['select', 'select'],
    ['if', 'if'],
    [`"${'🦆'.repeat(255)}"`, '🦆'.repeat(255)],
  ] as const) {
    it(`names the token ${folded.slice(0, 20)} for ${name.slice(0, 20)}`, async () => {
      const {rows} = target.current
      const [row] = await rows(`create api_token ${name} with ('token.role_name' = public)`)
      expect(row?.slice(0, 4)).to.deep.equal([
        'api_token',
        folded,
        'CREATE',
        `api_token ${folded} was successfully created`,
      ])
      expect((await rows('LIST API_TOKENS')).map(([each]) => each)).to.include(folded)
    })
  }

  for (const role of ['sysadmin', 'SysAdmin', '"sysadmin"', '`sysadmin`', "'sysadmin'"]) {
    it(`takes the role ${role}`, async () => {
      const {run, secret} = target.current
      const minted = await secret(`CREATE API_TOKEN ci WITH ('token.role_name' = ${role})`)
      expect((await run('LIST ROLES', minted)).metadata.context.roleName).to.equal('sysadmin')
    })
  }

  it('takes the keys in any order', async () => {
    const {rows} = target.current
    await rows("CREATE API_TOKEN ci WITH ('token.expires_in_days' = 2, 'token.role_name' = public)")
  })

  for (const [state, what, statement] of [
    ['3D021', 'is missing', 'CREATE API_TOKEN ci'],
    ['3D021', 'is missing', "CREATE API_TOKEN ci WITH ('token.expires_in_days' = 1)"],
    ...['0', '-1', '1.5', '1e2', "'x'", "''", "'1.0'", 'NULL', 'thirty', '3651', '9'.repeat(400), "' 1'"].map(
      (days) => [
        '3D008',
        'whole number from 1 to 3650',
        `CREATE API_TOKEN ci WITH ('token.role_name' = public, 'token.expires_in_days' = ${days})`,
      ],
    ),
    ['3D008', 'name of a role', "CREATE API_TOKEN ci WITH ('token.role_name' = 1)"],
    ['3D008', 'name of a role', "CREATE API_TOKEN ci WITH ('token.role_name' = NULL)"],
    ['3D008', 'given twice', "CREATE API_TOKEN ci WITH ('token.role_name' = public, 'token.role_name' = public)"],
    ['3D008', 'unknown parameter', "CREATE API_TOKEN ci WITH ('token.role_name' = public, 'x' = 1)"],
    ['3D008', 'unknown parameter', "CREATE API_TOKEN ci WITH ('TOKEN.ROLE_NAME' = public)"],
    ['3D001', '"nothing" does not exist', "CREATE API_TOKEN ci WITH ('token.role_name' = nothing)"],
    ['3D001', '"SYSADMIN" does not exist', 'CREATE API_TOKEN ci WITH (\'token.role_name\' = "SYSADMIN")'],
    ['3D001', 'does not exist', "CREATE API_TOKEN ci WITH ('token.role_name' = '')"],
    ['42501', 'does not include', "CREATE API_TOKEN ci WITH ('token.role_name' = orgadmin)"],
    ['42501', 'does not include', "CREATE API_TOKEN ci WITH ('token.role_name' = useradmin)"],
    ['42P09', '"first" already exists', "CREATE API_TOKEN first WITH ('token.role_name' = public)"],
    ['42601', 'line 1, column', 'CREATE API_TOKEN ci WITH ()'],
    ['42601', 'line 1, column', "CREATE API_TOKEN ci WITH ('token.role_name' = public,)"],
    ['42601', 'line 1, column', 'CREATE API_TOKEN "" WITH (\'token.role_name\' = public)'],
    ['42622', '255', `CREATE API_TOKEN "${'n'.repeat(256)}" WITH ('token.role_name' = public)`],
  ] as const) {
    it(`refuses with ${state}: ${statement.slice(0, 100)}`, async () => {
      expect(await target.current.fails(String(state), String(statement))).to.contain(what)
    })
  }

  it('checks in the documented order: value, missing role, role, right, duplicate, limit', async () => {
    const {fails, rows, clock} = target.current
    clock.nowMs += 1000
    await fails('3D008', "CREATE API_TOKEN first WITH ('token.expires_in_days' = 0)")
    await fails('3D021', "CREATE API_TOKEN first WITH ('token.expires_in_days' = 1)")
    await fails('3D001', "CREATE API_TOKEN first WITH ('token.role_name' = nothing)")
    await fails('42501', "CREATE API_TOKEN first WITH ('token.role_name' = orgadmin)")
    await fails('42P09', "CREATE API_TOKEN first WITH ('token.role_name' = public)")
    await rows('LIST API_TOKENS')
  })

  it('refuses the name of an expired token, but not that of a dropped one', async () => {
    const {fails, rows, clock, mint} = target.current
    const long = await mint('long', 'sysadmin', 3650)
    await mint('short', 'sysadmin', 1)
    clock.nowMs += DAY_SECONDS * 1000
    await fails('42P09', "CREATE API_TOKEN short WITH ('token.role_name' = public)", long)
    await rows('DROP API_TOKEN short', long)
    await rows("CREATE API_TOKEN short WITH ('token.role_name' = public)", long)
  })

  it('repeats no secret in a message', async () => {
    const {fails, firstToken} = target.current
    for (const [state, statement] of [
      ['3D012', `DROP API_TOKEN "${firstToken.slice(0, 200)}"`],
      ['3D001', `CREATE API_TOKEN ci WITH ('token.role_name' = '${firstToken}')`],
      ['3D008', `CREATE API_TOKEN ci WITH ('${firstToken}' = 1)`],
      ['42601', firstToken],
    ] as const) {
      const message = await fails(state, statement)
      for (const part of firstToken.split('.')) expect(message).to.not.contain(part.slice(0, 30))
    }
  })
}
