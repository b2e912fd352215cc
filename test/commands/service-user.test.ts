import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('service user', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})
  const create = (email: string, ...flags: string[]) => run(['service', 'user', 'create', email, ...flags])
  const list = async () =>
    resultOf<{id: string; email: string; name: string}[]>(await run(['service', 'user', 'list', '--json']))

  it('creates, lists and deletes users, by id or e-mail address in any letter case', async () => {
    const made = await create('Ann@Example.com', '--name', 'Ann Example')
    expect(made.stdout).to.match(/^User Ann@Example\.com was successfully created \(c\w{24}\)\n$/)
    await create('bob@example.com')
    const [ann, bob] = await list()
    expect((await list()).map(({email, name}) => [email, name])).to.have.deep.members([
      ['Ann@Example.com', 'Ann Example'],
      ['bob@example.com', 'bob@example.com'],
    ])
    const table = await run(['service', 'user', 'list'])
    expect(table.stdout.split('\n')[0]).to.equal('ID\tEMAIL\tNAME\tCREATED')
    const bare = await run(['service', 'user', 'list', '--no-header'])
    expect(`ID\tEMAIL\tNAME\tCREATED\n${bare.stdout}`).to.equal(table.stdout)
    const deleted = await run(['service', 'user', 'delete', String(ann?.email).toUpperCase(), '-f'])
    expect(deleted.stdout).to.equal(`User ${ann?.email} was successfully deleted\n`)
    expect(await run(['service', 'user', 'delete', String(bob?.id), '-f'])).to.include({exitCode: 0})
    expect(await list()).to.deep.equal([])
  })

  it('creates a member of a vendor, who can be an administrator, and does not list it as a user', async () => {
    const created = await create('ann.lee@example.com', '--vendor', 'motherduck', '--admin', '--json')
    expect(resultOf(created)).to.include({email: 'ann.lee@example.com', name: 'ann_lee'})
    const bob = await create('bob@example.com', '--vendor', 'motherduck', '--name', 'Bob')
    expect(bob.stdout).to.match(/^User Bob \(bob@example\.com\) was successfully created \(/)
    expect(await list()).to.deep.equal([])
    const users = await run(['motherduck', 'user', 'list', '--context', 'embedded', '--json'])
    expect(
      resultOf<{username: string; roles: string[]}[]>(users).map(({username, roles}) => [username, roles]),
    ).to.deep.equal([
      ['admin', ['admin']],
      ['ann_lee', ['admin']],
      ['Bob', ['builder']],
    ])
    const taken = await create('other@example.com', '--vendor', 'motherduck', '--name', 'BOB')
    expect(taken).to.include({exitCode: 7})
    expect(taken.stderr).to.contain('A user named BOB already exists').and.contain('--name')
    const again = await create('Ann.Lee@example.org', '--vendor', 'motherduck')
    expect(again).to.include({exitCode: 7})
    expect(again.stderr).to.contain('A user named Ann_Lee already exists').and.not.contain('example.org')
  })

  it('refuses a vendor without members, a wrong user name, and --admin without --vendor', async () => {
    for (const vendor of ['astro', 'none', '']) {
      expect(await create('ann@example.com', '--vendor', vendor)).to.include({exitCode: 2, stdout: ''})
    }
    expect(await create('ann@example.com', '--admin')).to.include({exitCode: 2})
    expect(await create('ann@example.com', '--vendor', 'motherduck', '--name', '1')).to.include({exitCode: 2})
    expect(await create('nothing', '--vendor', 'motherduck')).to.include({exitCode: 2})
    expect(await list()).to.deep.equal([])
  })

  it('is a CONFLICT if the address is taken, in any letter case', async () => {
    await create('ann@example.com')
    const refused = await create('ANN@example.com', '--name', 'Another')
    expect(refused).to.include({exitCode: 7, stdout: ''})
    expect(await list()).to.have.length(1)
  })

  for (const email of [
    'ann',
    'ann@',
    '@example.com',
    'a@b@c',
    'ann @example.com',
    'a\u0007@b',
    `${'a'.repeat(250)}@b.cc`,
  ]) {
    it(`refuses ${JSON.stringify(email).slice(0, 30)} as an e-mail address, and adds no one`, async () => {
      expect(await create(email)).to.include({exitCode: 2, stdout: ''})
      expect(await list()).to.deep.equal([])
    })
  }

  it('accepts the longest possible address', async () => {
    expect(await create(`${'a'.repeat(249)}@b.cc`)).to.include({exitCode: 0})
  })

  it('asks for the address, the user and a confirmation at a terminal, and needs them in flags without one', async () => {
    expect((await run(['service', 'user', 'create'])).exitCode).to.equal(2)
    const asked = {tty: true, answers: [{to: 'E-mail address of the user', answer: 'ann@example.com'}]}
    expect(await run(['service', 'user', 'create'], asked)).to.include({exitCode: 0})
    expect((await run(['service', 'user', 'delete', 'ann@example.com'])).exitCode).to.equal(2)
    expect((await run(['service', 'user', 'delete', '-f'])).exitCode).to.equal(2)
    const which = {to: 'Which user to delete?', answer: 'ann@example.com'}
    const question = 'Delete the user ann@example.com? The tokens that they created stay.'
    const refused = {tty: true, answers: [which, {to: question, answer: false}]}
    expect(await run(['service', 'user', 'delete'], refused)).to.include({exitCode: 130})
    const agreed = {tty: true, answers: [which, {to: question, answer: true}]}
    expect(await run(['service', 'user', 'delete'], agreed)).to.include({exitCode: 0})
    expect((await run(['service', 'user', 'delete', 'ann@example.com', '-f'])).exitCode).to.equal(6)
  })

  describe('as the creator of a token', () => {
    const makers = async () =>
      resultOf<{createdBy: string}[]>(await run(['deployment', 'token', 'list', '--json'])).map(
        ({createdBy}) => createdBy,
      )
    beforeEach(async () => {
      const argv = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '-c']
      expect(await run(argv)).to.include({exitCode: 0})
    })

    it('is shown by full name if the login name is the part before the @, until the user is deleted', async () => {
      const before = await makers()
      expect(before).to.deep.equal(['tester'])
      await create('Tester@example.com', '--name', 'Tess Ter')
      expect(await makers()).to.deep.equal(['Tess Ter'])
      await run(['service', 'user', 'delete', 'tester@example.com', '-f'])
      expect(await makers()).to.deep.equal(before)
    })

    it('is not guessed if several addresses have that part before the @', async () => {
      await create('tester@a.example', '--name', 'One')
      await create('tester@b.example', '--name', 'Two')
      expect(await makers()).to.deep.equal(['tester'])
    })
  })
})
