import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type Run, type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const TOKEN = ['deployment', 'token']

interface Listed {
  id: string
  name: string
  role: string
  description: string
  expiresAt: string | null
  lastRotatedAt: string | null
  unfinishedRotationAt: string | null
}

describe('deployment token', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const run = (argv: string[], options: Partial<RunOptions> = {}) => runTokenry(argv, {home, ...options})
  const list = async (...flags: string[]) => resultOf<Listed[]>(await run([...TOKEN, 'list', '--json', ...flags]))
  const verify = (secret: string) => run(['token', 'verify', '--json'], {stdin: secret})

  async function create(name: string, ...flags: string[]): Promise<{id: string; token: string}> {
    const argv = [...TOKEN, 'create', '--name', name, '--role', 'DEPLOYMENT_ADMIN', '--expiration', '30', '--json']
    return resultOf(await run([...argv, ...flags]))
  }

  function expectRefused(refused: Run, exitCode: number, ...words: string[]): void {
    expect(refused).to.include({exitCode, stdout: ''})
    for (const word of words) expect(refused.stderr).to.contain(word)
  }

  describe('update', () => {
    it('changes the name, the description and the role, and prints the new name', async () => {
      const {id, token} = await create('old')
      await run(['service', 'role', 'create', 'deployer'])
      const flags = ['--new-name', 'new', '--description', 'text', '--role', 'deployer']
      const updated = await run([...TOKEN, 'update', '--name', 'old', ...flags])
      expect(updated).to.include({exitCode: 0})
      expect(updated.stdout).to.contain('Deployment API token new was successfully updated')
      expect((await list())[0]).to.include({id, name: 'new', description: 'text', role: 'deployer'})
      expect(await verify(token)).to.include({exitCode: 0})
    })

    it('keeps what is not given, and clears a description with an explicit empty text', async () => {
      const {id} = await create('ci', '--description', 'text')
      await run([...TOKEN, 'update', id, '--new-name', 'ci2'])
      expect((await list())[0]).to.include({name: 'ci2', description: 'text'})
      await run([...TOKEN, 'update', id, '--description', ''])
      expect((await list())[0]).to.include({name: 'ci2', description: ''})
    })

    it('accepts an unchanged role', async () => {
      const {id} = await create('ci')
      const updated = await run([...TOKEN, 'update', id, '-r', 'DEPLOYMENT_ADMIN', '-n', 'ci2'])
      expect(updated.exitCode).to.equal(0)
      expect((await list())[0]).to.include({name: 'ci2', role: 'DEPLOYMENT_ADMIN'})
    })

    it('checks everything before the first write: nothing is renamed when the role is wrong', async () => {
      const {id} = await create('ci')
      expectRefused(await run([...TOKEN, 'update', id, '-n', 'new', '-r', 'BAD']), 2, 'BAD')
      expect((await list())[0]).to.include({name: 'ci', role: 'DEPLOYMENT_ADMIN'})
    })

    it('checks everything before the first write: no role is changed when the name is too long', async () => {
      const {id} = await create('ci')
      await run(['service', 'role', 'create', 'deployer'])
      expectRefused(await run([...TOKEN, 'update', id, '-n', 'x'.repeat(257), '-r', 'deployer']), 2, '256')
      expect((await list())[0]).to.include({name: 'ci', role: 'DEPLOYMENT_ADMIN'})
    })

    it('needs a change in its flags in a script, and asks for it at a terminal', async () => {
      const {id} = await create('ci')
      expectRefused(await run([...TOKEN, 'update', id]), 2, '--new-name')
      const answers = [
        {to: 'New name', answer: 'asked'},
        {to: 'New description', answer: 'told'},
        {to: 'Role', answer: 'DEPLOYMENT_ADMIN'},
      ]
      expect(await run([...TOKEN, 'update', id], {tty: true, answers})).to.include({exitCode: 0})
      expect((await list())[0]).to.include({name: 'asked', description: 'told'})
    })

    it('keeps a unique name unique', async () => {
      await create('taken')
      const {id} = await create('ci', '--unique-name')
      expectRefused(await run([...TOKEN, 'update', id, '-n', 'taken']), 7, 'taken')
    })
  })

  describe('rotate', () => {
    it('creates a new secret, keeps id, name and role, restarts the lifetime, and ends the old secret', async () => {
      const {id, token} = await create('ci')
      const later = Date.parse('2026-11-25T12:00:00Z')
      const rotated = await run([...TOKEN, 'rotate', id, '--force', '--clean-output'], {nowMs: later})
      expect(rotated).to.include({exitCode: 0, stderr: ''})
      expect(rotated.stdout.trim()).to.not.equal(token)
      expect(await verify(rotated.stdout)).to.include({exitCode: 0})
      expect(resultOf(await verify(token))).to.include({valid: false, reason: 'rotated', id})
      expect((await list())[0]).to.include({
        id,
        name: 'ci',
        expiresAt: '2026-12-25T12:00:00Z',
        lastRotatedAt: '2026-11-25T12:00:00Z',
      })
    })

    it('names the token, not the flag, if it was found by its id', async () => {
      const {id} = await create('ci')
      const rotated = await run([...TOKEN, 'rotate', id, '--force'])
      expect(rotated.stderr).to.contain('Deployment API token ci was successfully rotated')
    })

    it('needs --force without a terminal, and prints nothing on stdout if it is missing', async () => {
      const {id, token} = await create('ci')
      expectRefused(await run([...TOKEN, 'rotate', id]), 2, '--force')
      expect(await verify(token)).to.include({exitCode: 0})
    })

    it('asks at a terminal; the answer no exits 130 and changes nothing', async () => {
      const {id, token} = await create('ci')
      const refused = await run([...TOKEN, 'rotate', id], {tty: true, answers: [{to: 'Rotate', answer: false}]})
      expect(refused.exitCode).to.equal(130)
      expect(await verify(token)).to.include({exitCode: 0})
      const agreed = await run([...TOKEN, 'rotate', id], {tty: true, answers: [{to: 'never used', answer: true}]})
      expect(agreed.exitCode).to.equal(0)
    })

    for (const code of ['EPIPE', 'ENOSPC']) {
      it(`keeps the old secret valid if the new one cannot be written (${code})`, async () => {
        const {id, token} = await create('ci')
        const failed = await run([...TOKEN, 'rotate', id, '-f', '-c'], {stdoutFails: code})
        expect(failed.exitCode).to.equal(11)
        expect(failed.stderr).to.contain('the old secret is still valid')
        expect(await verify(token)).to.include({exitCode: 0})
        expect((await list())[0]).to.include({lastRotatedAt: null, unfinishedRotationAt: null})
      })
    }

    it('writes the new secret to a file, and ends the old one', async () => {
      const {id, token} = await create('ci')
      const file = join(home, 'new.txt')
      expect(await run([...TOKEN, 'rotate', id, '-f', '--output', file])).to.include({exitCode: 0, stdout: ''})
      expect(await verify(readFileSync(file, 'utf8'))).to.include({exitCode: 0})
      expect(await verify(token)).to.include({exitCode: 10})
    })

    it('changes nothing if the file exists', async () => {
      const {id, token} = await create('ci')
      const file = join(home, 'new.txt')
      writeFileSync(file, 'precious')
      expectRefused(await run([...TOKEN, 'rotate', id, '-f', '--output', file]), 7, file)
      expect(await verify(token)).to.include({exitCode: 0})
      expect((await list())[0]).to.include({lastRotatedAt: null, unfinishedRotationAt: null})
    })

    it('finds the token by its secret', async () => {
      const {token} = await create('ci')
      const file = join(home, 'old.txt')
      writeFileSync(file, `${token}\n`, {mode: 0o600})
      const rotated = await run([...TOKEN, 'rotate', '--token-file', file, '-f', '-c'])
      expect(rotated.exitCode).to.equal(0)
      expect(await verify(token)).to.include({exitCode: 10})
    })

    it('does not find the token by a secret that has ended, and says so', async () => {
      const {id, token} = await create('ci')
      const file = join(home, 'old.txt')
      writeFileSync(file, token, {mode: 0o600})
      await run([...TOKEN, 'rotate', id, '-f', '-c'])
      expectRefused(await run([...TOKEN, 'rotate', '--token-file', file, '-f', '-c']), 6, 'rotated')
    })
  })

  describe('delete', () => {
    it('ends the token; --ended still shows it, and token verify gives the reason', async () => {
      const {id, token} = await create('ci')
      const deleted = await run([...TOKEN, 'delete', id, '--force'])
      expect(deleted).to.include({exitCode: 0, stdout: 'Deployment API token ci was successfully deleted\n'})
      expect(await list()).to.deep.equal([])
      expect((await list('--ended'))[0]).to.include({id, endedAt: '2026-11-22T12:00:00Z'})
      expect(resultOf(await verify(token))).to.include({valid: false, reason: 'deleted', id})
    })

    it('is NOT_FOUND the second time', async () => {
      const {id} = await create('ci')
      await run([...TOKEN, 'delete', id, '-f'])
      expectRefused(await run([...TOKEN, 'delete', id, '-f']), 6, id, 'tokenry deployment token list')
    })

    it('can be called revoke, and can be called by the short names of astro', async () => {
      await create('a')
      await create('b')
      expect(await run([...TOKEN, 'revoke', '-t', 'a', '-f'])).to.include({exitCode: 0})
      expect(await run(['de', 'to', 'de', '-ft', 'b'])).to.include({exitCode: 0})
      expect(await list()).to.deep.equal([])
    })

    it('needs --force without a terminal, before anything is looked up', async () => {
      expectRefused(await run([...TOKEN, 'delete', 'some-token']), 2, '--force')
      expect(existsSync(join(home, 'data'))).to.equal(false)
    })

    it('finds the token by its secret', async () => {
      const {token} = await create('ci')
      const file = join(home, 'token.txt')
      writeFileSync(file, token, {mode: 0o600})
      expect(await run([...TOKEN, 'delete', '--token-file', file, '-f'])).to.include({exitCode: 0})
      expect(await list()).to.deep.equal([])
    })

    it('refuses a file that others can read, and prints the command that fixes it', async () => {
      const {token} = await create('ci')
      const file = join(home, 'token.txt')
      writeFileSync(file, token, {mode: 0o644})
      expectRefused(await run([...TOKEN, 'delete', '--token-file', file, '-f']), 3, `chmod 600 ${file}`)
    })

    it('offers a choice at a terminal if no token is named', async () => {
      await create('first')
      const {id} = await create('second')
      const answers = [
        {to: 'Which API token', answer: 'second'},
        {to: 'second', answer: true},
      ]
      expect(await run([...TOKEN, 'delete'], {tty: true, answers})).to.include({exitCode: 0})
      expect((await list('--ended'))[0]).to.include({id})
    })

    it('asks no question if there is no token to choose', async () => {
      const none = await run([...TOKEN, 'delete'], {tty: true})
      expect(none.exitCode).to.equal(6)
      expect(none.stderr).to.contain('There is no API token in deployment default')
    })
  })

  describe('which token', () => {
    it('is a CONFLICT with the ids if several tokens have the name, and a choice at a terminal', async () => {
      const first = await create('ci')
      const second = await create('ci')
      expectRefused(await run([...TOKEN, 'delete', '-t', 'ci', '-f']), 7, first.id, second.id)
      const answers = [{to: 'Which API token', answer: second.id}]
      expect(await run([...TOKEN, 'delete', '-t', 'ci', '-f'], {tty: true, answers})).to.include({exitCode: 0})
      expect((await list()).map(({id}) => id)).to.deep.equal([first.id])
    })

    it('is NOT_FOUND with the name of the deployment for an unknown name or id', async () => {
      expectRefused(await run([...TOKEN, 'rotate', '-t', 'none', '-f']), 6, 'none', 'default')
      expectRefused(await run([...TOKEN, 'update', 'cnone', '-n', 'x']), 6, 'cnone', 'default')
    })

    it('is NOT_FOUND for an id of another deployment, with the same message as for an unknown id', async () => {
      const {id, token} = await create('ci')
      const other = resultOf(await run(['service', 'deployment', 'create', 'other', '--json']))
      const flags = ['--deployment-id', String(other['id'])]
      for (const verb of [
        ['rotate', '-f'],
        ['delete', '-f'],
        ['update', '-n', 'x'],
      ]) {
        const there = await run([...TOKEN, ...verb, id, ...flags])
        const nowhere = await run([...TOKEN, ...verb, 'c000000000000000000000000', ...flags])
        expect(there).to.include({exitCode: 6, stdout: ''})
        expect(there.stderr.replaceAll(id, 'ID')).to.equal(nowhere.stderr.replaceAll('c000000000000000000000000', 'ID'))
      }
      expect(await verify(token)).to.include({exitCode: 0})
    })

    it('is a usage error if the id and the name are of different tokens', async () => {
      const {id} = await create('a')
      await create('b')
      expectRefused(await run([...TOKEN, 'delete', id, '-t', 'b', '-f']), 2, id, 'b')
      expect(await list()).to.have.lengthOf(2)
    })

    it('keeps the case of an id', async () => {
      const {id} = await create('a')
      expectRefused(await run([...TOKEN, 'delete', id.toUpperCase(), '-f']), 6, id.toUpperCase())
      expect(await list()).to.have.lengthOf(1)
    })
  })
})
