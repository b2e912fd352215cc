import {expect} from 'chai'
import {expectFailure} from '../../../support/rejection.ts'
import {type OpenTarget, useTarget} from './target.ts'

const CREATE_CI = "CREATE API_TOKEN ci WITH ('token.role_name' = sysadmin)"

/** contracts/deltastream.md, the end of section 3. */
export function describeBatches(open: OpenTarget): void {
  const target = useTarget(open)

  it('run in order; the answer is the last result, with the ids of all', async () => {
    const {run} = target.current
    const {data, statementID, statementIDs} = await run(`-- c\n;;CREATE ROLE a; CREATE ROLE b;; ${CREATE_CI};`)
    expect(data[0]?.slice(0, 3)).to.deep.equal(['api_token', 'ci', 'CREATE'])
    expect(statementIDs).to.have.length(3)
    expect(statementIDs?.at(-1)).to.equal(statementID)
    expect(new Set(statementIDs).size).to.equal(3)
  })

  it('stop at the first failure, and what ran before stays', async () => {
    const {run, rows, fails} = target.current
    const result = await run('CREATE ROLE a; DROP ROLE nothing; CREATE ROLE b')
    expect(result.sqlState).to.equal('3D001')
    expect(result.statementIDs).to.have.length(2)
    expect(result.statementIDs?.[1]).to.equal(result.statementID)
    expect(result.metadata).to.deep.include({partitionInfo: [], columns: []})
    await rows('DROP ROLE a')
    await fails('3D001', 'DROP ROLE b')
  })

  it('share the role that USE ROLE chose', async () => {
    const {run} = target.current
    const result = await run(`USE ROLE public; ${CREATE_CI}`)
    expect([result.sqlState, result.metadata.context.roleName]).to.deep.equal(['42501', 'public'])
  })

  it('say what ran if the token ended itself before the last one', async () => {
    const {run, connect, firstToken} = target.current
    const result = await run('DROP API_TOKEN first; LIST API_TOKENS')
    expect(result.sqlState).to.equal('42501')
    expect(result.statementIDs).to.have.length(2)
    await expectFailure(connect(firstToken).getVersion(), 'UNAUTHENTICATED')
  })

  for (const [state, what, statement] of [
    ['42601', 'line 2, column', 'CREATE ROLE a;\nCREATE ROLE'],
    ['42601', 'expected', ''],
    ['42601', 'expected', ' \t\r\n'],
    ['42601', 'expected', ';;'],
    ['42601', 'expected', '-- only a comment'],
    ['42601', 'expected', 'FROBNICATE x'],
    ['0A000', 'SELECT', 'CREATE ROLE a; SELECT 1'],
    ['0A000', 'DESCRIBE', 'DESCRIBE ROLE sysadmin'],
    ['0A000', 'CREATE STREAM', 'CREATE STREAM x'],
    ['0A000', 'last one', `${CREATE_CI}; LIST API_TOKENS`],
    ['0A000', 'last one', 'ALTER API_TOKEN first RENEW TOKEN; LIST ROLES'],
    ['42601', 'line', 'SELECT 1; FROBNICATE'],
    ['42601', 'line', `${CREATE_CI}; LIST API_TOKENS; "`],
    ['53000', '100', 'LIST ROLES;'.repeat(101)],
    ['22021', 'surrogate', 'CREATE ROLE a; CREATE ROLE "\ud800"'],
  ] as const) {
    it(`refuses with ${state}, and runs nothing: ${statement.slice(0, 60)}`, async () => {
      expect(await target.current.fails(state, statement)).to.contain(what)
    })
  }

  it('refuses with 42601 and 0A000 before it looks at the organization and the role', async () => {
    const {fails} = target.current
    const wrong = {organization: 'nowhere', role: 'nothing'}
    await fails('42601', {statement: 'x', ...wrong})
    await fails('0A000', {statement: 'SELECT 1', ...wrong})
    await fails('3D004', {statement: 'LIST ROLES', ...wrong})
    await fails('3D001', {statement: 'LIST ROLES', role: 'nothing'})
  })

  it('runs 100 statements', async () => {
    expect((await target.current.run('LIST ROLES;'.repeat(100))).statementIDs).to.have.length(100)
  })
}
