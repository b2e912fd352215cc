import {expect} from 'chai'
import {expectFailure} from '../../../support/rejection.ts'
import {tamperedWith} from '../../../support/tampered.ts'
import {type OpenTarget, type SuiteTarget, useTarget} from './target.ts'

const DAY_MS = 86_400_000

const CREATE_CI = "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin, 'token.expires_in_days' = 30)"

/** Return the row of a token in LIST API_TOKENS. */
async function listed({rows}: SuiteTarget, name: string, secret?: string): Promise<(string | null)[] | undefined> {
  return (await rows('LIST API_TOKENS;', secret)).find(([each]) => each === name)
}

/** contracts/deltastream.md, sections 4.2 to 4.5. */
export function describeLife(open: OpenTarget): void {
  const target = useTarget(open)

  it('LIST API_TOKENS has four columns, whole seconds with Z, and NULL for a token that was not used', async () => {
    const {run, clock} = target.current
    clock.nowMs = Date.UTC(2025, 0, 1, 0, 0, 0, 999)
    await run(CREATE_CI)
    const {metadata, data} = await run('LIST API_TOKENS;')
    expect(metadata.columns).to.deep.equal([
      {name: 'Name', type: 'VARCHAR', nullable: false},
      {name: 'Last Used', type: 'TIMESTAMP_LTZ', nullable: true},
      {name: 'Created At', type: 'TIMESTAMP_LTZ', nullable: false},
      {name: 'Expires At', type: 'TIMESTAMP_LTZ', nullable: false},
    ])
    expect(data[0]).to.deep.equal(['ci', null, '2025-01-01 00:00:00Z', '2025-01-31 00:00:00Z'])
    expect(data[1]?.slice(0, 2)).to.deep.equal(['first', '2025-01-01 00:00:00Z'])
  })

  it('LIST API_TOKENS orders by code points, and shows expired tokens, but no dropped one', async () => {
    const {rows, mint, clock} = target.current
    const long = await mint('long', 'sysadmin', 3650)
    for (const name of ['b', 'B', '\uff5e', '🦆', 'gone']) await mint(name, 'public', 1)
    await rows('DROP API_TOKEN gone')
    clock.nowMs += DAY_MS
    const names = (await rows('LIST API_TOKENS', long)).map(([name]) => name)
    expect(names).to.deep.equal(['B', 'b', 'first', 'long', '\uff5e', '🦆'])
  })

  it('a use shows its second, in each second, for a statement that fails and for the version, too', async () => {
    const {current} = target
    const secret = await current.secret(CREATE_CI)
    const lastUse = async () => {
      await current.service.settle()
      return (await listed(current, 'ci'))?.[1]
    }
    const at = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`
    const start = current.clock.nowMs - (current.clock.nowMs % 1000)
    expect(await lastUse()).to.equal(null)
    for (const [offset, use] of [
      [900, () => current.run('LIST ROLES', secret)],
      [1000, () => current.run('no sql', secret)],
      [2000, () => current.connect(secret).getVersion()],
      [2999, () => current.run('SELECT 1', secret)],
    ] as const) {
      current.clock.nowMs = start + offset
      await use()
      expect(await lastUse(), `${offset}`).to.equal(at(start + offset))
    }
  })

  it('a refused request is not a use', async () => {
    const {current} = target
    const secret = await current.secret(CREATE_CI)
    await expectFailure(current.run('LIST ROLES', tamperedWith(secret)), 'UNAUTHENTICATED')
    await current.rows('ALTER API_TOKEN ci RENEW TOKEN')
    await expectFailure(current.run('LIST ROLES', secret), 'UNAUTHENTICATED')
    await expectFailure(current.connect(secret).getVersion(), 'UNAUTHENTICATED')
    await current.service.settle()
    expect((await listed(current, 'ci'))?.[1]).to.equal(null)
  })

  it('ALTER answers with a new secret, and the old one is refused', async () => {
    const {run, secret, connect} = target.current
    const old = await secret(CREATE_CI)
    const {metadata, data} = await run('ALTER API_TOKEN CI RENEW TOKEN;')
    const renewed = data[0]?.[4] ?? ''
    expect(metadata.columns.map(({name}) => name)).to.deep.equal(['Type', 'Name', 'Command', 'Summary', 'Token'])
    expect(data).to.deep.equal([['api_token', 'ci', 'ALTER', 'api_token ci was successfully refreshed', renewed]])
    await connect(renewed).getVersion()
    await expectFailure(connect(old).getVersion(), 'UNAUTHENTICATED')
  })

  it('ALTER starts the times over with the period of the token, and keeps name and role', async () => {
    const {current} = target
    const old = await current.secret(CREATE_CI)
    await current.run('LIST ROLES', old)
    current.clock.nowMs = Date.UTC(2031, 0, 1)
    const long = await current.mint('long', 'sysadmin', 3650)
    const renewed = await current.secret('ALTER API_TOKEN ci RENEW TOKEN', long)
    expect(await listed(current, 'ci', long)).to.deep.equal([
      'ci',
      null,
      '2031-01-01 00:00:00Z',
      '2031-01-31 00:00:00Z',
    ])
    const {metadata} = await current.run('LIST ROLES', renewed)
    expect(metadata.context.roleName).to.equal('sysadmin')
    current.clock.nowMs += 1000
    await current.run('LIST ROLES', renewed)
    await current.service.settle()
    expect((await listed(current, 'ci', long))?.[1]).to.equal('2031-01-01 00:00:01Z')
  })

  it('a token renews itself, and its old secret is refused from the next request on', async () => {
    const {secret, connect, firstToken} = target.current
    const renewed = await secret('ALTER API_TOKEN first RENEW TOKEN')
    await expectFailure(connect(firstToken).getVersion(), 'UNAUTHENTICATED')
    await connect(renewed).getVersion()
  })

  it('ALTER renews an expired token', async () => {
    const {secret, mint, connect, clock} = target.current
    const long = await mint('long', 'sysadmin', 3650)
    await mint('short', 'public', 1)
    clock.nowMs += 2 * DAY_MS
    const renewed = await secret('ALTER API_TOKEN short RENEW TOKEN', long)
    await connect(renewed).getVersion()
  })

  it('of concurrent renewals exactly one secret is valid', async () => {
    const {secret, connect} = target.current
    await secret(CREATE_CI)
    const secrets = await Promise.all(Array.from({length: 5}, () => secret('ALTER API_TOKEN ci RENEW TOKEN')))
    const works = await Promise.all(
      secrets.map((each) =>
        connect(each)
          .getVersion()
          .then(
            () => true,
            () => false,
          ),
      ),
    )
    expect(works.filter(Boolean)).to.have.length(1)
  })

  it('DROP answers with four columns, and the secret is refused', async () => {
    const {run, secret, connect, fails} = target.current
    const minted = await secret(CREATE_CI)
    const {metadata, data} = await run('drop api_token "ci";')
    expect(metadata.columns.map(({name}) => name)).to.deep.equal(['Type', 'Name', 'Command', 'Summary'])
    expect(data).to.deep.equal([['api_token', 'ci', 'DROP', 'api_token ci was successfully dropped']])
    await expectFailure(connect(minted).getVersion(), 'UNAUTHENTICATED')
    expect(await fails('3D012', 'DROP API_TOKEN ci')).to.contain('"ci" does not exist')
  })

  it('a token drops itself', async () => {
    const {rows, connect, firstToken} = target.current
    await rows('DROP API_TOKEN first')
    await expectFailure(connect(firstToken).getVersion(), 'UNAUTHENTICATED')
  })

  for (const verb of ['ALTER API_TOKEN "CI" RENEW TOKEN', 'DROP API_TOKEN "CI"', 'DROP API_TOKEN nothing']) {
    it(`refuses with 3D012: ${verb}`, async () => {
      const {secret, fails} = target.current
      await secret(CREATE_CI)
      await fails('3D012', verb)
    })
  }

  for (const statement of ['DROP API_TOKEN if exists ci', 'ALTER API_TOKEN ci RENAME TO x', 'LIST API_TOKENS x']) {
    it(`refuses with 42601: ${statement}`, () => target.current.fails('42601', statement))
  }

  it('refuses every secret that is not one of a live token in the same words', async () => {
    const {connect, secret, firstToken, run} = target.current
    const dropped = await secret(CREATE_CI)
    await run('DROP API_TOKEN ci')
    const words = new Set<string>()
    for (const bad of ['not-a-token', 'a.b.c', tamperedWith(firstToken), dropped]) {
      words.add((await expectFailure(connect(bad).run({statement: 'LIST ROLES'}), 'UNAUTHENTICATED')).message)
    }
    expect(words.size).to.equal(1)
  })
}
