import {join} from 'node:path'
import {expect} from 'chai'
import {VENDORS} from '../../src/vendors/index.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

interface Created {
  id: string
  workspaceId: string
  deploymentId: string
}

describe('service organization', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})
  const create = async (name: string) =>
    resultOf<Created>(await run(['service', 'organization', 'create', name, '--json']))
  const list = async () => resultOf<Record<string, unknown>[]>(await run(['service', 'organization', 'list', '--json']))
  const createToken = (...flags: string[]) =>
    run(['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', ...flags])

  it('creates one with a workspace and a deployment, and says how to use it', async () => {
    const made = await run(['service', 'organization', 'create', 'acme'])
    expect(made.exitCode).to.equal(0)
    const [, id] = /\((c\w{24})\)/.exec(made.stdout) ?? []
    expect(made.stdout).to.equal(
      `Organization acme was successfully created (${id}), with a Workspace and a Deployment named default\nUse it with --organization-id ${id}, or set TOKENRY_ORGANIZATION_ID\n`,
    )
    expect(await createToken('--organization-id', String(id), '-c')).to.include({exitCode: 0, stderr: ''})
    expect(await createToken('-c')).to.include({exitCode: 2, stdout: ''})
    const env = {TOKENRY_ORGANIZATION_ID: String(id)}
    expect(await run(['service', 'deployment', 'list'], {env})).to.include({exitCode: 0})
  })

  it('lists each with its numbers of workspaces, deployments and tokens', async () => {
    const {id} = await create('acme')
    await createToken('--organization-id', id, '-c')
    await run(['service', 'workspace', 'create', 'data', '--organization-id', id])
    const listed = await list()
    expect(listed.map(({name}) => name)).to.have.members(['default', 'acme'])
    const acme = listed.find(({name}) => name === 'acme')
    const counts = {workspaceCount: 2, deploymentCount: 1, tokenCount: 1}
    expect(acme).to.deep.equal({id, name: 'acme', createdAt: '2026-11-22T12:00:00Z', ...counts})
    const table = await run(['service', 'organization', 'list'])
    expect(table.stdout.split('\n')[0]).to.equal('ID\tNAME\tWORKSPACES\tDEPLOYMENTS\tTOKENS\tCREATED')
    expect(table.stdout).to.contain(`${id}\tacme\t2\t1\t1\t2026-11-22T12:00:00Z\n`)
    const bare = await run(['service', 'organization', 'list', '--no-header'])
    expect(table.stdout).to.equal(`ID\tNAME\tWORKSPACES\tDEPLOYMENTS\tTOKENS\tCREATED\n${bare.stdout}`)
  })

  it('deletes one with everything in it, by name or id, and token verify says why its tokens are invalid', async () => {
    const {id} = await create('acme')
    const {token} = resultOf(await createToken('--organization-id', id, '--json'))
    await run(['service', 'user', 'create', 'ann@example.com', '--organization-id', id])
    await run(['service', 'role', 'create', 'deployer', '--organization-id', id])
    const deleted = await run(['service', 'organization', 'delete', 'acme', '--force', '--confirm', 'acme'])
    expect(deleted).to.deep.equal({
      exitCode: 0,
      stdout:
        'Organization acme was successfully deleted with 1 Workspace and 1 Deployment; 1 API token ended with it\n',
      stderr: '',
    })
    expect((await list()).map(({name}) => name)).to.deep.equal(['default'])
    const verified = await run(['token', 'verify', '--json'], {stdin: String(token)})
    expect(verified.exitCode).to.equal(10)
    expect(resultOf(verified)).to.include({reason: 'deleted', organizationId: id})
    expect(await run(['service', 'user', 'list', '--organization-id', id])).to.include({exitCode: 6})
    const again = await create('acme')
    expect(again.id).to.not.equal(id)
    expect(await run(['service', 'organization', 'delete', again.id, '-f'])).to.include({exitCode: 0})
  })

  it('does not delete the only one', async () => {
    await createToken('-c')
    const before = await list()
    const refused = await run(['service', 'organization', 'delete', 'default', '-f', '--confirm', 'default'])
    expect(refused).to.include({exitCode: 7, stdout: ''})
    expect(refused.stderr).to.contain('tokenry service organization create NAME')
    expect(await list()).to.deep.equal(before)
  })

  it('is a CONFLICT if the name is taken, and a usage error if the name is invalid', async () => {
    await create('acme')
    expect(await run(['service', 'organization', 'create', 'acme'])).to.include({exitCode: 7, stdout: ''})
    for (const name of [' acme', 'x'.repeat(257)]) {
      expect(await run(['service', 'organization', 'create', name])).to.include({exitCode: 2, stdout: ''})
    }
    expect(await list()).to.have.length(2)
  })

  it('asks for the name, the organization and a confirmation at a terminal, and needs them in flags without one', async () => {
    expect((await run(['service', 'organization', 'create'])).exitCode).to.equal(2)
    const named = {tty: true, answers: [{to: 'Name of the Organization', answer: 'asked'}]}
    expect(await run(['service', 'organization', 'create'], named)).to.include({exitCode: 0})
    expect((await run(['service', 'organization', 'delete', 'asked'])).exitCode).to.equal(2)
    expect((await run(['service', 'organization', 'delete', '-f'])).exitCode).to.equal(2)
    const question = 'Delete the Organization asked with 1 Workspace and 1 Deployment, and end its 0 API tokens?'
    const which = {to: 'Which Organization to delete?', answer: 'asked'}
    const refused = {tty: true, answers: [which, {to: question, answer: false}]}
    expect(await run(['service', 'organization', 'delete'], refused)).to.include({exitCode: 130})
    expect(await list()).to.have.length(2)
    const agreed = {tty: true, answers: [which, {to: question, answer: true}]}
    expect(await run(['service', 'organization', 'delete'], agreed)).to.include({exitCode: 0})
    expect(await list()).to.have.length(1)
  })

  it('is NOT_FOUND if it does not exist', async () => {
    expect((await run(['service', 'organization', 'delete', 'none', '-f'])).exitCode).to.equal(6)
  })

  it('is not guessed if the name of one is the id of another', async () => {
    const {id} = await create('acme')
    await create(id)
    expect((await run(['service', 'organization', 'delete', id, '-f'])).exitCode).to.equal(7)
    expect(await list()).to.have.length(3)
  })

  describe('of several', () => {
    const COMMANDS = [
      ['service', 'workspace', 'create', 'w'],
      ['service', 'workspace', 'list'],
      ['service', 'workspace', 'delete', 'default', '-f'],
      ['service', 'deployment', 'create', 'd'],
      ['service', 'deployment', 'list'],
      ['service', 'deployment', 'delete', 'default', '-f'],
      ['service', 'role', 'create', 'r'],
      ['service', 'role', 'list'],
      ['service', 'user', 'create', 'ann@example.com'],
      ['service', 'user', 'list'],
    ]
    let acme: Created
    beforeEach(async () => {
      acme = await create('acme')
    })

    it('must be named if no question can be asked, and nothing changes before', async () => {
      const before = await list()
      for (const argv of COMMANDS) {
        const refused = await run(argv)
        expect(refused, argv.join(' ')).to.include({exitCode: 2, stdout: ''})
        expect(refused.stderr).to.contain('There are 2 organizations').and.to.contain('--organization-id')
      }
      expect(await list()).to.deep.equal(before)
    })

    it('is asked for once at a terminal', async () => {
      for (const argv of COMMANDS) {
        const done = await run(argv, {tty: true, answers: [{to: 'Which Organization?', answer: 'acme'}]})
        expect(done, argv.join(' ')).to.include({exitCode: 0})
        if (argv.includes('delete')) break
      }
      const workspaces = await run(['service', 'workspace', 'list', '--json', '--organization-id', acme.id])
      expect(resultOf<{name: string}[]>(workspaces).map(({name}) => name)).to.deep.equal(['w'])
    })

    it('is named by the flag, then the environment, then the context', async () => {
      const third = await create('third')
      const contexts = [{vendor: 'embedded', name: 'acme', places: {organization: acme.id}}]
      await keepSettings(join(home, 'config'), {contexts, current: {}}, VENDORS)
      const workspace = async (argv: string[], env: Record<string, string> = {}) => {
        const [first] = resultOf<{id: string}[]>(await run(['service', 'workspace', 'list', '--json', ...argv], {env}))
        return first?.id
      }
      const env = {TOKENRY_ORGANIZATION_ID: third.id}
      expect(await workspace(['--context', 'acme'])).to.equal(acme.workspaceId)
      expect(await workspace(['--context', 'acme'], env)).to.equal(third.workspaceId)
      expect(await workspace(['--organization-id', acme.id], env)).to.equal(acme.workspaceId)
    })

    it('can be in a context together with the workspace for new deployments', async () => {
      const argv = ['service', 'workspace', 'create', 'second', '--organization-id', acme.id, '--json']
      const second = resultOf<{id: string}>(await run(argv))
      const contexts = [{vendor: 'embedded', name: 'acme', places: {organization: acme.id, workspace: second.id}}]
      await keepSettings(join(home, 'config'), {contexts, current: {}}, VENDORS)
      const made = await run(['service', 'deployment', 'create', 'd', '--context', 'acme', '--json'])
      expect(resultOf(made)).to.include({workspaceId: second.id})
    })

    it('is not needed to verify a token', async () => {
      const {token} = resultOf(await createToken('--organization-id', acme.id, '--json'))
      expect(await run(['token', 'verify'], {stdin: String(token)})).to.include({exitCode: 0})
    })
  })
})
