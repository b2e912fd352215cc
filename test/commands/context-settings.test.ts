import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {ContextResult} from '../../src/operations/context/context-result.ts'
import {type Run, type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {ASTRO_AND_TINY, ONLY_ASTRO} from '../support/tiny-vendor.ts'

type Contexts = ContextResult[]

let home = ''

function run(words: string, options: Partial<RunOptions> = {}): Promise<Run> {
  return runTokenry(words.split(' '), {home, vendors: ONLY_ASTRO, ...options})
}

/** Run a command line that must succeed, and return its result. */
async function json<Result = ContextResult>(words: string, options: Partial<RunOptions> = {}): Promise<Result> {
  const done = await run(`${words} --json`, options)
  expect(done, done.stdout).to.include({exitCode: 0, stderr: ''})
  return resultOf<Result>(done)
}

/** Run a command line that must fail, and return what it prints on stderr. */
async function refuse(words: string, exitCode: number, options: Partial<RunOptions> = {}): Promise<string> {
  const before = readSettingsText()
  const done = await run(words, options)
  expect(done, `${words} ${done.stderr}`).to.include({exitCode, stdout: ''})
  expect(readSettingsText(), words).to.equal(before)
  return done.stderr
}

function readSettingsText(): string {
  try {
    return readFileSync(join(home, 'config', 'settings.json'), 'utf8')
  } catch {
    return ''
  }
}

async function nameAll(options: Partial<RunOptions> = {}): Promise<string[]> {
  const all = await json<Contexts>('context list', options)
  return all.map(({vendor, name, currentFor}) => `${vendor}/${name}${currentFor.map((each) => ` ${each}`).join('')}`)
}

describe('context', () => {
  beforeEach(() => {
    home = tempFolder()
  })

  describe('add', () => {
    it('stores places and URL, in a file of mode 0600', async () => {
      const words = 'context add prod --vendor astro --organization-id o1 --workspace-id w1 --deployment-id d1'
      const added = await json(`${words} --api-url https://tokens.example.com/v1`)
      expect(added).to.deep.equal({
        name: 'prod',
        vendor: 'astro',
        apiUrl: 'https://tokens.example.com/v1',
        places: {organization: 'o1', workspace: 'w1', deployment: 'd1'},
        credential: null,
        currentFor: [],
      })
      expect(await json<Contexts>('context list')).to.deep.include(added)
      expect(statSync(join(home, 'config', 'settings.json')).mode & 0o777).to.equal(0o600)
    })

    it('shows a person what to do next', async () => {
      const {stdout} = await run('context add prod --vendor astro --workspace-id w1')
      expect(stdout).to.match(/^Context prod was successfully added\n/)
      expect(stdout).to.contain('workspace  w1').and.to.contain('tokenry login --context prod --vendor astro')
      expect(stdout).to.contain('tokenry context use prod --vendor astro')
    })

    it('takes a variable or a command for the credential, and not both', async () => {
      const variable = await json('context add ci --vendor astro --credential-env CI_TOKEN')
      expect(variable.credential).to.deep.equal({from: 'variable', variable: 'CI_TOKEN'})
      const argv = ['context', 'add', 'op', '--vendor', 'astro', '--json', '--credential-command']
      const command = await runTokenry([...argv, "op read 'op://vault/ci token'"], {home})
      expect(resultOf<ContextResult>(command).credential).to.deep.equal({
        from: 'command',
        command: "op read 'op://vault/ci token'",
      })
      expect(await refuse('context add x --vendor astro --credential-env A --credential-command b', 2)).to.contain(
        'exclude each other',
      )
    })

    for (const [flags, word] of [
      ['--credential-env $CI', 'not the name of a variable'],
      ['--credential-env 1A', 'not the name of a variable'],
      ["--credential-command 'op", 'quote'],
      ['--credential-command ./get.sh', 'begins with a relative path'],
      ['--credential-command bin/get', 'begins with a relative path'],
      ['--vendor nothing', '--vendor must be one of astro, embedded'],
    ] as const) {
      it(`is USAGE for ${flags}`, async () => {
        const vendor = flags.startsWith('--vendor') ? '' : ' --vendor astro'
        expect(await refuse(`context add x${vendor} ${flags}`, 2)).to.contain(word)
      })
    }

    for (const [url, word] of [
      ['http://tokens.example.com/v1', 'http'],
      ['https://ann:pw@tokens.example.com/v1', 'user or a password'],
      ['https://tokens.example.com/v1?a=b', 'query'],
      ['https://tokens.example.com', '/v1'],
      ['ftp://tokens.example.com/v1', 'https'],
    ] as const) {
      it(`is CONFIG for the URL ${url}, and does not print its password`, async () => {
        const stderr = await refuse(`context add x --vendor astro --api-url ${url}`, 3)
        expect(stderr).to.contain(word).and.to.not.contain('ann:pw')
      })
    }

    it('refuses a variable of the vendor for another origin, in any case', async () => {
      const words = 'context add x --vendor astro --api-url https://tokens.example.com/v1 --credential-env'
      for (const name of ['ASTRO_API_TOKEN', 'astro_api_token']) {
        const stderr = await refuse(`${words} ${name}`, 2)
        expect(stderr).to.contain(`${name} is a credential for Astro`).and.to.contain('https://tokens.example.com')
      }
      const local = 'context add y --vendor astro --api-url http://localhost:8888/v1 --credential-env ASTRO_API_TOKEN'
      await refuse(local, 2)
      await refuse(local, 2, {env: {ASTRO_DOMAIN: 'evil.example'}})
      expect(await run(local, {env: {ASTRO_DOMAIN: 'localhost'}})).to.include({exitCode: 0})
      const same = '--api-url https://api.astronomer.io/v1'
      expect(await run(`context add a --vendor astro ${same} --credential-env ASTRO_API_TOKEN`)).to.include({
        exitCode: 0,
      })
      expect(await run('context add b --vendor astro --credential-env ASTRO_API_TOKEN')).to.include({exitCode: 0})
    })

    it('accepts http on this machine', async () => {
      const {apiUrl} = await json('context add x --vendor astro --api-url http://localhost:8888/v1/')
      expect(apiUrl).to.equal('http://localhost:8888/v1')
    })

    for (const name of ['', '-x', 'x'.repeat(65), 'a b', 'a\tb', 'a\u200bb', 'a\u0007', `eyJ${'a'.repeat(20)}`]) {
      it(`is USAGE for the name ${JSON.stringify(name.slice(0, 10))}`, async () => {
        const done = await runTokenry(['context', 'add', '--vendor', 'astro', '--', name], {home})
        expect(done).to.include({exitCode: 2, stdout: ''})
        expect(done.stderr).to.not.contain('eyJa')
        expect(readSettingsText()).to.equal('')
      })
    }

    it('accepts a name of 64 visible characters of any script', async () => {
      const name = `${'ü'.repeat(63)}🙂`
      const done = await runTokenry(['context', 'add', name, '--vendor', 'astro', '--json'], {home})
      expect(resultOf<ContextResult>(done).name).to.equal(name)
      expect(await nameAll()).to.include(`astro/${name}`)
      for (const odd of ['__proto__', 'a.b', 'constructor']) await json(`context add ${odd} --vendor astro`)
      expect(await nameAll()).to.include.members(['astro/__proto__', 'astro/a.b', 'astro/constructor'])
    })

    it('is CONFLICT for a name of the same vendor, and takes that of another vendor', async () => {
      const options = {vendors: ASTRO_AND_TINY}
      await json('context add prod --vendor astro', options)
      expect(await refuse('context add prod --vendor astro --workspace-id w', 7, options)).to.contain(
        'tokenry context remove prod --vendor astro',
      )
      await json('context add prod --vendor tiny', options)
      expect(await nameAll(options)).to.deep.equal(['embedded/embedded', 'astro/prod', 'tiny/prod'])
    })

    it('is CONFLICT both ways for the name of a context of embedded', async () => {
      await json('context add prod --vendor astro')
      await json('context add local --vendor embedded --workspace-id w1')
      expect(await refuse('context add prod --vendor embedded', 7)).to.contain('taken by a context of astro')
      expect(await refuse('context add local --vendor astro', 7)).to.contain('taken by a context of embedded')
      expect(await refuse('context add embedded --vendor astro', 7)).to.contain('built in')
      expect(await refuse('context add embedded --vendor embedded', 7)).to.contain('built in')
    })

    it('refuses a URL and a credential for a context of embedded', async () => {
      const words = 'context add local --vendor embedded'
      expect(await refuse(`${words} --api-url https://tokens.example.com/v1`, 2)).to.contain('--api-url')
      expect(await refuse(`${words} --credential-env CI_TOKEN`, 2)).to.contain('credential')
      expect(await refuse(`${words} --credential-command true`, 2)).to.contain('credential')
    })

    it('refuses a place that the vendor does not have', async () => {
      const options = {vendors: ASTRO_AND_TINY}
      const stderr = await refuse('context add shelf --vendor tiny --workspace-id w1', 2, options)
      expect(stderr).to.contain('--workspace-id').and.to.contain('It takes --drawer')
    })

    it('reads the context of the astro command line, and flags take precedence', async () => {
      const config = [
        'context: astronomer_io',
        'contexts:',
        '  astronomer_io:',
        '    domain: astronomer.io',
        '    token: Bearer abc',
        '    organization: o1',
        '    workspace: w1',
      ]
      const folder = tempFolder()
      const file = join(folder, '.astro', 'config.yaml')
      await import('node:fs/promises').then((fs) => fs.mkdir(join(folder, '.astro')))
      writeFileSync(file, config.join('\n'))
      const options = {env: {ASTRO_HOME: folder}}
      const added = await json('context add prod --from-astro --workspace-id w2', options)
      expect(added).to.include({vendor: 'astro', apiUrl: null})
      expect(added.places).to.deep.equal({organization: 'o1', workspace: 'w2'})
      expect(readFileSync(file, 'utf8')).to.equal(config.join('\n'))
      expect(readSettingsText()).to.not.contain('abc')
      expect(await refuse('context add x --from-astro --vendor embedded', 2, options)).to.contain('--from-astro')
      writeFileSync(file, config.join('\n').replace('domain: astronomer.io', 'domain: evil.example.com'))
      await refuse('context add x --from-astro', 3, options)
      expect(await refuse('context add x --from-astro', 3, {env: {ASTRO_HOME: tempFolder()}})).to.contain('config.yaml')
    })

    it('asks for the name and the vendor at a terminal, and is USAGE without one', async () => {
      const answers = [
        {to: 'Name of the context', answer: 'prod'},
        {to: 'Which vendor', answer: 'Astro'},
      ]
      expect(await run('context add', {tty: true, answers})).to.include({exitCode: 0})
      expect(await nameAll()).to.deep.equal(['embedded/embedded', 'astro/prod'])
      expect(await refuse('context add', 2)).to.contain('NAME is missing')
      expect(await refuse('context add x', 2)).to.contain('--vendor is missing')
    })
  })

  describe('list', () => {
    it('shows the built-in context, and each other one with where its credential is', async () => {
      await json('context add ci --vendor astro --credential-env CI_TOKEN --workspace-id w1')
      await json('context use ci')
      const {stdout} = await run('context list')
      expect(stdout).to.equal(
        [
          'NAME\tVENDOR\tCURRENT\tCREDENTIAL\tURL\tPLACES',
          'embedded\tembedded\t\t\t\t',
          'ci\tastro\tastro\tvariable CI_TOKEN\t\tworkspace=w1\n',
        ].join('\n'),
      )
      expect((await run('context list --no-header')).stdout).to.match(/^embedded\t/)
    })

    it('does not print a token that someone has written into the settings', async () => {
      await json('context add op --vendor astro --credential-command true')
      const token = `eyJ${'a'.repeat(40)}.${'b'.repeat(40)}.${'c'.repeat(40)}`
      const file = join(home, 'config', 'settings.json')
      writeFileSync(file, readSettingsText().replace('"true"', `"echo ${token}"`))
      for (const words of ['context list', 'context list --json']) {
        expect((await run(words)).stdout)
          .to.contain('echo [token]')
          .and.to.not.contain(token)
      }
    })

    for (const url of [
      'https://ann:pa$$word@tokens.example.com/v1',
      'ann:pa$$word@tokens.example.com',
      'https://pa$$word/@x:',
    ]) {
      it(`hides the password that someone has written into the URL ${url}`, async () => {
        await json('context add own --vendor astro --api-url https://tokens.example.com/v1')
        const file = join(home, 'config', 'settings.json')
        writeFileSync(file, readSettingsText().split('https://tokens.example.com/v1').join(url))
        for (const words of [
          'context list',
          'context list --json',
          'context use own --json',
          'context remove own --json',
        ]) {
          const done = await run(words)
          expect(done).to.include({exitCode: 0})
          expect(done.stdout).to.not.contain('pa$$word')
          expect(done.stdout).to.contain('***@')
        }
      })
    }

    it('is CONFIG for damaged settings', async () => {
      await json('context add prod --vendor astro')
      writeFileSync(join(home, 'config', 'settings.json'), '{')
      for (const words of ['context list', 'context add x --vendor astro', 'context use x', 'context remove x']) {
        expect(await refuse(words, 3)).to.contain('settings.json')
      }
    })
  })

  it('is USAGE with --context, where an argument names the context', async () => {
    await json('context add prod --vendor astro')
    for (const words of [
      'context add x --vendor astro',
      'context use prod',
      'context use',
      'context show prod',
      'context remove prod',
    ]) {
      expect(await refuse(`${words} --context prod`, 2)).to.contain('--context')
    }
  })

  describe('use', () => {
    it('sets the current context of the vendor', async () => {
      await json('context add prod --vendor astro')
      expect(await json('context use prod')).to.deep.include({name: 'prod', currentFor: ['astro']})
      expect((await run('context use prod')).stdout).to.equal('prod is now the current context for astro\n')
    })

    it('sets that of every vendor, or of one, for a context of embedded', async () => {
      const options = {vendors: ASTRO_AND_TINY}
      await json('context add local --vendor embedded', options)
      expect((await json('context use local', options)).currentFor).to.deep.equal(['astro', 'tiny'])
      expect((await json('context use embedded --vendor tiny', options)).currentFor).to.deep.equal(['tiny'])
      expect(await nameAll(options)).to.deep.equal(['embedded/embedded tiny', 'embedded/local astro'])
      expect((await json('context use embedded', options)).currentFor).to.deep.equal(['astro', 'tiny'])
    })

    it('is NOT_FOUND for a missing name, and CONFLICT for one of several vendors', async () => {
      const options = {vendors: ASTRO_AND_TINY}
      await json('context add prod --vendor astro', options)
      await json('context add prod --vendor tiny', options)
      for (const words of ['context use', 'context remove', 'context show']) {
        expect(await refuse(`${words} none`, 6, options)).to.contain('No context named none')
        const stderr = await refuse(`${words} prod`, 7, options)
        expect(stderr).to.contain('astro, tiny').and.to.contain(`tokenry ${words} prod --vendor astro`)
      }
      expect((await json('context use prod --vendor tiny', options)).currentFor).to.deep.equal(['tiny'])
      expect(await refuse('context use none --vendor tiny', 6, options)).to.contain('No context named none for tiny')
    })

    it('warns of a variable that takes precedence', async () => {
      await json('context add prod --vendor astro')
      for (const [name, value] of [
        ['TOKENRY_CONTEXT', 'embedded'],
        ['ASTRO_API_TOKEN', 'x'],
      ] as const) {
        const done = await run('context use prod', {env: {[name]: value}})
        expect(done.stderr).to.equal(`Warning: ${name} is set, and takes precedence over the current context\n`)
      }
    })

    it('asks which context at a terminal, and is USAGE without one', async () => {
      await json('context add prod --vendor astro')
      const answers = [{to: 'Which context to use?', answer: 'prod'}]
      expect(await run('context use', {tty: true, answers})).to.include({exitCode: 0})
      expect(await refuse('context use', 2)).to.contain('NAME is missing')
    })
  })

  describe('remove', () => {
    it('removes the context, and unsets the current one', async () => {
      const options = {vendors: ASTRO_AND_TINY}
      await json('context add local --vendor embedded', options)
      await json('context add prod --vendor astro', options)
      await json('context use local', options)
      await json('context use prod', options)
      expect((await json('context remove prod', options)).currentFor).to.deep.equal(['astro'])
      expect((await run('context remove local', options)).stdout).to.equal(
        'Context local was successfully removed\nNo context is current for tiny now: commands go to the embedded service\n',
      )
      expect(await nameAll(options)).to.deep.equal(['embedded/embedded'])
    })

    it('leaves a context of the same name that another vendor has', async () => {
      const options = {vendors: ASTRO_AND_TINY}
      for (const vendor of ['astro', 'tiny']) {
        await json(`context add prod --vendor ${vendor}`, options)
        await json(`context use prod --vendor ${vendor}`, options)
      }
      await json('context remove prod --vendor astro', options)
      expect(await nameAll(options)).to.deep.equal(['embedded/embedded', 'tiny/prod tiny'])
    })

    it('removes a context of embedded only by its own vendor', async () => {
      await json('context add local --vendor embedded')
      await refuse('context remove local --vendor astro', 6)
      await json('context remove local --vendor embedded')
    })

    it('does not remove embedded', async () => {
      expect(await refuse('context remove embedded', 2)).to.contain('built in')
    })
  })

  it('loses nothing if several commands run concurrently', async () => {
    const names = Array.from({length: 8}, (_, index) => `c${index}`)
    const adding = names.map((name) => json(`context add ${name} --vendor astro`))
    await Promise.all([...adding, json('context use embedded')])
    await Promise.all([
      ...names.slice(0, 4).map((name) => json(`context remove ${name}`)),
      ...['d0', 'd1'].map((name) => json(`context add ${name} --vendor astro`)),
      json('context use c7'),
    ])
    expect((await nameAll()).sort()).to.deep.equal([
      'astro/c4',
      'astro/c5',
      'astro/c6',
      'astro/c7 astro',
      'astro/d0',
      'astro/d1',
      'embedded/embedded',
    ])
  })

  it('lets only one of several concurrent commands add a name', async () => {
    const runs = await Promise.all(Array.from({length: 5}, () => run('context add prod --vendor astro')))
    expect(runs.map(({exitCode}) => exitCode).sort()).to.deep.equal([0, 7, 7, 7, 7])
  })
})
