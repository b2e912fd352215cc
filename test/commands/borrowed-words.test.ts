import {expect} from 'chai'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const LIST = 'deployment token list'
const CREATE = 'deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30'

describe('words that people bring from other tools', () => {
  describe('that work', () => {
    let home: string
    beforeEach(() => {
      home = tempFolder()
    })
    const run = (argv: string[], options = {}) => runTokenry(argv, {home, ...options})

    for (const flag of ['-y', '--yes', '-f', '--force', '--yes=true', '-fy']) {
      it(`delete a token with ${flag}`, async () => {
        await run(CREATE.split(' '))
        const deleted = await run(['deployment', 'token', 'delete', '--name', 'ci', flag])
        expect(deleted).to.include({exitCode: 0})
        expect(JSON.parse((await run([...LIST.split(' '), '--json'])).stdout).result).to.deep.equal([])
      })
    }

    for (const flag of ['-q', '--quiet']) {
      it(`print only the secret with ${flag}, and errors to stderr`, async () => {
        const made = await run([...CREATE.split(' '), flag])
        expect(made).to.include({exitCode: 0, stderr: ''})
        expect(made.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
        const wrong = await run(['deployment', 'token', 'get', 'missing', flag])
        expect(wrong).to.include({exitCode: 6, stdout: ''})
        expect(wrong.stderr).to.contain('missing')
      })
    }

    it('print no warning with --quiet, not even that of a token without an end', async () => {
      const line = ['deployment', 'token', 'create', '--name', 'ci', '--role', 'DEPLOYMENT_ADMIN', '--quiet']
      expect(await run(line)).to.include({exitCode: 0, stderr: ''})
      expect(await run([...line, '--clean-output', '--name', 'ci2'])).to.include({exitCode: 0, stderr: ''})
    })

    it('mask the secret in a job log even with --quiet', async () => {
      const made = await run([...CREATE.split(' '), '--quiet'], {env: {GITHUB_ACTIONS: 'true'}})
      expect(made.stderr.trim()).to.equal(`::add-mask::${made.stdout.trim()}`)
    })

    for (const flag of ['--no-color', '--no-colour', '--no-color=true']) {
      it(`print an error without colour with ${flag}, also one of the command line itself`, async () => {
        const env = {FORCE_COLOR: '1'}
        expect((await run(['nonsense'], {env})).stderr).to.contain('\u001b[')
        for (const argv of [
          ['nonsense', flag],
          ['deployment', 'token', 'get', 'missing', flag],
        ])
          expect((await run(argv, {env})).stderr).to.not.contain('\u001b[')
      })
    }

    it('keep colour with --no-color=false', async () => {
      const {stderr} = await run(['nonsense', '--no-color=false'], {env: {FORCE_COLOR: '1'}})
      expect(stderr).to.contain('\u001b[')
    })

    it('cut a list with --limit, as text and as JSON, and say how much there is', async () => {
      for (const name of ['a', 'b', 'c']) await run(CREATE.replace('ci', name).split(' '))
      const text = await run([...LIST.split(' '), '--limit', '2', '--no-header'])
      expect(text.stdout.trim().split('\n')).to.have.lengthOf(2)
      expect(text.stderr).to.contain('2 of 3')
      const json = await run([...LIST.split(' '), '--limit=2', '--sort', '-name', '--json'])
      expect(JSON.parse(json.stdout).result.map(({name}: {name: string}) => name)).to.deep.equal(['c', 'b'])
      const all = await run([...LIST.split(' '), '--limit', '3'])
      expect(all.stderr).to.not.contain('of 3')
      expect((await run(['role', 'list', '--limit', '1', '--no-header'])).stdout.trim().split('\n')).to.have.lengthOf(1)
    })

    for (const limit of ['0', '-1', '1.5', 'x', '', '9999999999']) {
      it(`refuse --limit ${JSON.stringify(limit)}`, async () => {
        const {exitCode, stderr} = await run([...LIST.split(' '), '--limit', limit])
        expect(exitCode).to.equal(2)
        expect(stderr).to.contain('--limit')
      })
    }

    it('print help for `help` as the last word of a topic and of a command', async () => {
      for (const words of [['deployment', 'token'], ['service'], LIST.split(' '), ['deployment', 'token', 'delete']]) {
        const {stdout} = await run([...words, '--help'])
        expect(await run([...words, 'help'])).to.include({exitCode: 0, stdout})
      }
    })

    it('take `help` for a token after `--`, and next to a flag', async () => {
      for (const rest of [
        ['--force', 'help'],
        ['help', '--force'],
        ['--force', '--', 'help'],
      ]) {
        const {exitCode, stderr} = await run(['deployment', 'token', 'delete', ...rest])
        expect(exitCode).to.equal(6)
        expect(stderr).to.contain('help')
      }
    })
  })

  describe('that are answered with a line to paste', () => {
    const list = `tokenry ${LIST}`
    const rows: [typed: string, line: string][] = [
      [`${LIST} -o json`, `${list} --json`],
      [`${LIST} -ojson`, `${list} --json`],
      ['workspace token rotate x -o new.txt', 'tokenry workspace token rotate --output FILE'],
      [`${LIST} --format json`, `${list} --json`],
      [`motherduck token list --output-format=json`, 'tokenry motherduck token list --json'],
      [`${LIST} --jq .[].id`, `${list} --json | jq '.result'`],
      ['deployment token create --ttl 1h', 'tokenry deployment token create --expiration 30d'],
      ['workspace token create --duration=7d', 'tokenry workspace token create --expiration 30d'],
      ['organization token create --expires-in 7', 'tokenry organization token create --expiration 30d'],
      ['deployment token show x', 'tokenry deployment token get'],
      ['workspace token info', 'tokenry workspace token get'],
      ['motherduck token describe x', 'tokenry motherduck token get'],
      ['deployment show', 'tokenry deployment list'],
      ['deployment token remove x', 'tokenry deployment token delete'],
      ['workspace token regenerate', 'tokenry workspace token rotate'],
      ['status', 'tokenry whoami'],
      ['info', 'tokenry whoami'],
      ['config', 'tokenry context list'],
      ['config', 'astro config'],
      ['tokens', 'tokenry token list'],
      ['upgrade', 'npm install --global tokenry@latest'],
      ['help foo', 'tokenry --help'],
      ['deployment token update -t x --name y', 'tokenry deployment token update --name OLD --new-name NEW'],
      ['organization token update --name y -tx', 'tokenry organization token update --name OLD --new-name NEW'],
      ['deployment token create', 'tokenry deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30'],
      ['workspace token create -n x', 'tokenry workspace token create --name ci --role WORKSPACE_'],
      ['deployment token create -n x -r ADMIN', '--role DEPLOYMENT_ADMIN'],
      ['workspace token create -n x -r owner', '--role WORKSPACE_OWNER'],
      ['organization token create -n x -r organization_member', '--role ORGANIZATION_MEMBER'],
    ]
    for (const [typed, line] of rows) {
      it(`${typed}: ${line}`, async () => {
        const {exitCode, stdout, stderr} = await runTokenry(typed.split(' '), {home: tempFolder()})
        expect({exitCode, stdout}).to.deep.equal({exitCode: 2, stdout: ''})
        expect(stderr).to.contain(line)
      })
    }

    it('but not with a flag that the command does not have', async () => {
      const {stderr} = await runTokenry(['deployment', 'token', 'delete', 'x', '--ttl', '1h'], {home: tempFolder()})
      expect(stderr).to.not.contain('--expiration')
    })

    it('and accept the same name in both spellings', async () => {
      const {stderr} = await runTokenry('deployment token update -t x --name x --description d'.split(' '), {
        home: tempFolder(),
      })
      expect(stderr).to.not.contain('--new-name')
    })
  })
})
