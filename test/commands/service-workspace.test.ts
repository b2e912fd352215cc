import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('service workspace', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})
  const create = async (name: string) =>
    resultOf<{id: string}>(await run(['service', 'workspace', 'create', name, '--json'])).id
  const list = async () => resultOf<{id: string; name: string}[]>(await run(['service', 'workspace', 'list', '--json']))
  const createDeployment = (name: string, ...flags: string[]) =>
    run(['service', 'deployment', 'create', name, '--json', ...flags])

  it('creates workspaces, and lists them with their numbers of deployments and tokens', async () => {
    const made = await run(['service', 'workspace', 'create', 'data', '--description', 'Pipelines'])
    expect(made.stdout).to.match(/^Workspace data was successfully created \(c\w{24}\)\n$/)
    const id = (await list()).find(({name}) => name === 'data')?.id ?? ''
    const deployment = resultOf(await createDeployment('etl', '--workspace-id', id))
    expect(deployment).to.include({workspaceId: id, workspaceName: 'data', tokenCount: 0})
    await token('deployment', '--deployment-id', String(deployment['id']))
    await token('workspace', '--workspace-id', id)
    const listed = await run(['service', 'workspace', 'list'])
    expect(listed.stdout.split('\n')[0]).to.equal('ID\tNAME\tDEPLOYMENTS\tTOKENS\tCREATED\tDESCRIPTION')
    expect(listed.stdout).to.contain(`${id}\tdata\t1\t2\t2026-11-22T12:00:00Z\tPipelines\n`)
    const deployments = await run(['service', 'deployment', 'list', '--no-header'])
    expect(deployments.stdout).to.contain(`${deployment['id']}\tetl\t1\tdata\t2026-11-22T12:00:00Z\n`)
  })

  it('deletes one with its deployments and tokens, by name or id, and shows their number in the question', async () => {
    const id = await create('data')
    const deployment = resultOf(await createDeployment('etl', '--workspace-id', id))
    const ended = [
      await token('deployment', '--deployment-id', String(deployment['id'])),
      await token('workspace', '--workspace-id', id),
    ]
    const kept = await token('deployment', '--deployment-id', await idOf('deployment', 'default'))
    const argv = ['service', 'workspace', 'delete', 'data']
    expect(await run(argv)).to.include({exitCode: 2, stdout: ''})
    const to = 'Delete the Workspace data with 1 Deployment, and end its 2 API tokens?'
    expect(await run(argv, {tty: true, answers: [{to, answer: 'other'}]})).to.include({exitCode: 130})
    for (const value of [...ended, kept]) expect(await verify(value)).to.include({valid: true})
    const deleted = await run(argv, {tty: true, answers: [{to, answer: 'data'}]})
    expect(deleted.stdout).to.equal(
      'Workspace data was successfully deleted with 1 Deployment; 2 API tokens ended with it\n',
    )
    for (const value of ended) expect(await verify(value)).to.include({valid: false, reason: 'deleted'})
    expect(await verify(kept)).to.include({valid: true})
    const again = await create('data')
    expect(await run(['service', 'workspace', 'delete', again, '-f'])).to.include({exitCode: 0})
    expect((await list()).map(({name}) => name)).to.deep.equal(['default'])
  })

  it('leads to clear errors of later commands if it was the last one', async () => {
    await run(['service', 'workspace', 'delete', 'default', '-f'])
    const refused = await createDeployment('etl')
    expect(refused.exitCode).to.equal(6)
    expect(JSON.parse(refused.stdout).error.hint).to.contain('tokenry service workspace create')
    expect(await list()).to.deep.equal([])
    const asked = await run(['service', 'workspace', 'delete'], {tty: true})
    expect(asked).to.include({exitCode: 6})
  })

  it('is a CONFLICT if the name is taken, and a usage error if the name or description is invalid', async () => {
    await create('data')
    const refused = await run(['service', 'workspace', 'create', 'data'])
    expect(refused).to.include({exitCode: 7, stdout: ''})
    for (const argv of [['data '], ['x'.repeat(257)], ['other', '--description', 'x'.repeat(501)]]) {
      expect(await run(['service', 'workspace', 'create', ...argv])).to.include({exitCode: 2, stdout: ''})
    }
    expect(await list()).to.have.length(2)
  })

  it('asks for the name or the workspace at a terminal, and needs an argument without one', async () => {
    expect((await run(['service', 'workspace', 'create'])).exitCode).to.equal(2)
    const named = {tty: true, answers: [{to: 'Name of the Workspace', answer: 'asked'}]}
    expect(await run(['service', 'workspace', 'create'], named)).to.include({exitCode: 0})
    expect((await run(['service', 'workspace', 'delete', '-f'])).exitCode).to.equal(2)
    const answers = [
      {to: 'Which Workspace to delete?', answer: 'asked'},
      {to: 'Delete the Workspace asked', answer: true},
    ]
    expect(await run(['service', 'workspace', 'delete'], {tty: true, answers})).to.include({exitCode: 0})
    expect((await run(['service', 'workspace', 'delete', 'asked', '-f'])).exitCode).to.equal(6)
  })

  describe('of several, for a new deployment', () => {
    let data = ''
    beforeEach(async () => {
      data = await create('data')
    })

    it('must be named if no question can be asked', async () => {
      const refused = await run(['service', 'deployment', 'create', 'etl'])
      expect(refused).to.include({exitCode: 2, stdout: ''})
      expect(refused.stderr).to.contain('There are 2 workspaces').and.to.contain('--workspace-id')
      expect((await run(['service', 'deployment', 'create', 'etl', '--workspace-id', 'none'])).exitCode).to.equal(6)
      expect(resultOf(await run(['service', 'deployment', 'list', '--json']))).to.have.length(1)
    })

    it('is asked for at a terminal', async () => {
      const answers = [{to: 'Which Workspace?', answer: 'data'}]
      await run(['service', 'deployment', 'create', 'etl'], {tty: true, answers})
      expect(await workspaceOf('etl')).to.equal(data)
    })

    it('is named by the flag or the environment', async () => {
      const env = {TOKENRY_WORKSPACE_ID: data}
      await run(['service', 'deployment', 'create', 'etl'], {env})
      expect(await workspaceOf('etl')).to.equal(data)
      const other = await idOf('workspace', 'default')
      await run(['service', 'deployment', 'create', 'web', '--workspace-id', other], {env})
      expect(await workspaceOf('web')).to.equal(other)
      expect(
        (await run(['service', 'deployment', 'create', 'x'], {env: {TOKENRY_WORKSPACE_ID: ''}})).exitCode,
      ).to.equal(3)
    })

    async function workspaceOf(name: string): Promise<string | undefined> {
      const listed = await run(['service', 'deployment', 'list', '--json'])
      return resultOf<{name: string; workspaceId: string}[]>(listed).find((row) => row.name === name)?.workspaceId
    }
  })

  async function token(scope: 'deployment' | 'workspace', ...flags: string[]): Promise<string> {
    const role = scope === 'deployment' ? 'DEPLOYMENT_ADMIN' : 'WORKSPACE_OWNER'
    const made = await run([scope, 'token', 'create', '-n', 'ci', '-r', role, '-e', '1', '-c', ...flags])
    expect(made).to.include({exitCode: 0, stderr: ''})
    return made.stdout.trim()
  }

  async function verify(value: string): Promise<Record<string, unknown>> {
    return resultOf(await run(['token', 'verify', '--json'], {stdin: value}))
  }

  async function idOf(what: 'workspace' | 'deployment', name: string): Promise<string> {
    const listed = resultOf<{id: string; name: string}[]>(await run(['service', what, 'list', '--json']))
    return listed.find((row) => row.name === name)?.id ?? ''
  }
})
