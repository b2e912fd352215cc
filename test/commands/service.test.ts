import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('service', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})
  const create = (...flags: string[]) =>
    run(['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--json', ...flags])

  describe('role', () => {
    it('creates, lists and deletes a custom role', async () => {
      const made = await run(['service', 'role', 'create', 'deployer', '--description', 'Deploys'])
      expect(made.stdout).to.match(/^Role deployer was successfully created \(c\w{24}\)\n$/)
      const listed = resultOf<{name: string}[]>(await run(['service', 'role', 'ls', '--json']))
      expect(listed[0]).to.include({name: 'deployer', scope: 'DEPLOYMENT', description: 'Deploys'})
      const all = resultOf<{name: string; custom: boolean}[]>(await run(['role', 'list', '--json']))
      expect(all.filter(({custom}) => custom).map(({name}) => name)).to.deep.equal(['deployer'])
      expect(all.map(({name}) => name)).to.include('DEPLOYMENT_ADMIN')
      expect(await run(['service', 'role', 'delete', 'deployer', '-f'])).to.include({exitCode: 0})
      expect(resultOf(await run(['service', 'role', 'list', '--json']))).to.deep.equal([])
    })

    it('is a CONFLICT if the name is taken, by a custom or a built-in role', async () => {
      await run(['service', 'role', 'create', 'deployer'])
      expect((await run(['service', 'role', 'create', 'deployer'])).exitCode).to.equal(7)
      expect((await run(['service', 'role', 'create', 'deployment_admin'])).exitCode).to.equal(7)
    })

    it('is not deleted while a token has it, and the error names the token', async () => {
      await run(['service', 'role', 'create', 'deployer'])
      const {id} = resultOf(await create('-r', 'deployer'))
      const refused = await run(['service', 'role', 'delete', 'deployer', '-f'])
      expect(refused.exitCode).to.equal(7)
      expect(refused.stderr).to.contain(String(id))
      await run(['deployment', 'token', 'delete', String(id), '-f'])
      expect(await run(['service', 'role', 'delete', 'deployer', '-f'])).to.include({exitCode: 0})
    })

    it('asks for the name and for a confirmation at a terminal, and needs both without one', async () => {
      expect((await run(['service', 'role', 'create'])).exitCode).to.equal(2)
      await run(['service', 'role', 'create'], {tty: true, answers: [{to: 'Name', answer: 'asked'}]})
      expect((await run(['service', 'role', 'delete', 'asked'])).exitCode).to.equal(2)
      const answers = [
        {to: 'Which role', answer: 'asked'},
        {to: 'Delete the role asked', answer: true},
      ]
      expect(await run(['service', 'role', 'delete'], {tty: true, answers})).to.include({exitCode: 0})
    })

    it('is deleted by its id as well', async () => {
      const {id} = resultOf(await run(['service', 'role', 'create', 'deployer', '--json']))
      expect(await run(['service', 'role', 'delete', String(id), '-f'])).to.include({exitCode: 0})
      expect(resultOf(await run(['service', 'role', 'list', '--json']))).to.deep.equal([])
    })

    it('is NOT_FOUND if it does not exist', async () => {
      expect((await run(['service', 'role', 'delete', 'none', '-f'])).exitCode).to.equal(6)
    })
  })

  describe('deployment', () => {
    it('creates, lists and deletes a deployment, by id or name', async () => {
      const {id} = resultOf(await run(['service', 'deployment', 'create', 'staging', '--json']))
      const listed = resultOf<{name: string}[]>(await run(['deployment', 'list', '--json']))
      expect(listed.map(({name}) => name)).to.have.members(['default', 'staging'])
      expect(await run(['service', 'deployment', 'delete', String(id), '-f'])).to.include({exitCode: 0})
      await run(['service', 'deployment', 'create', 'again'])
      expect(await run(['service', 'deployment', 'delete', 'again', '-f'])).to.include({exitCode: 0})
      expect(resultOf(await run(['service', 'deployment', 'list', '--json']))).to.have.lengthOf(1)
    })

    it('ends its tokens when it is deleted, and shows their number in the question', async () => {
      const {id} = resultOf(await run(['service', 'deployment', 'create', 'staging', '--json']))
      const {token} = resultOf(await create('--deployment-id', String(id)))
      const kept = resultOf(await create('--deployment-id', await idOf('default')))
      expect((await run(['service', 'deployment', 'delete', 'staging'])).exitCode).to.equal(2)
      const answers = [{to: 'end its 1 API token?', answer: 'staging'}]
      const deleted = await run(['service', 'deployment', 'delete', 'staging'], {tty: true, answers})
      expect(deleted.exitCode).to.equal(0)
      const verified = await run(['token', 'verify', '--json'], {stdin: String(token)})
      expect(resultOf(verified)).to.include({valid: false, reason: 'deleted'})
      expect(await run(['token', 'verify'], {stdin: String(kept['token'])})).to.include({exitCode: 0})
    })

    it('is a CONFLICT if the name is taken', async () => {
      const refused = await run(['service', 'deployment', 'create', 'default'])
      expect(refused.exitCode).to.equal(7)
      expect(refused.stderr).to.contain(await idOf('default'))
    })

    it('leads to clear errors of later commands if it was the last one', async () => {
      await run(['service', 'deployment', 'delete', 'default', '-f'])
      const refused = await create()
      expect(refused.exitCode).to.equal(6)
      expect(JSON.parse(refused.stdout).error.hint).to.contain('tokenry service deployment create')
    })

    async function idOf(name: string): Promise<string> {
      const all = resultOf<{id: string; name: string}[]>(await run(['deployment', 'list', '--json']))
      return all.find((deployment) => deployment.name === name)?.id ?? ''
    }
  })
})
