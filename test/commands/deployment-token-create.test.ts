import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {createLocalJWKSet, decodeProtectedHeader, jwtVerify} from 'jose'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type RunOptions, resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import {CTRL_C} from '../support/scripted-prompter.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = ['deployment', 'token', 'create']
const CI = [...CREATE, '--name', 'ci', '--role', 'DEPLOYMENT_ADMIN']
const DAY_MS = 86_400_000

describe('deployment token create', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  it('prints the token and nothing else with --clean-output', async () => {
    const run = await runTokenry([...CI, '--expiration', '30', '--clean-output'], {home})
    expect(run).to.include({exitCode: 0, stderr: ''})
    expect(run.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })

  it('creates a token that verifies, here and with the published public key', async () => {
    const run = await runTokenry([...CI, '--expiration', '30', '--clean-output'], {home})
    const secret = run.stdout.trim()
    const verified = await runTokenry(['token', 'verify', '--json'], {home, stdin: run.stdout})
    expect(resultOf(verified)).to.include({valid: true, name: 'ci', role: 'DEPLOYMENT_ADMIN', scope: 'DEPLOYMENT'})

    const {service} = await openEmbeddedService(join(home, 'data'), () => TEST_NOW, ASTRO_POLICY)
    const keys = createLocalJWKSet({keys: (await service.publicKeys()).map((key) => ({...key}))})
    const {payload} = await jwtVerify(secret, keys, {currentDate: new Date(TEST_NOW)})
    await service.close()
    expect(payload.iss).to.equal(service.installation.issuer)
    expect(payload.exp).to.equal((TEST_NOW + 30 * DAY_MS) / 1000)
    expect(payload.sub).to.equal(payload['apiTokenId'])
    expect(payload['permissions']).to.deep.equal([
      `apiTokenId:${payload.sub}`,
      `organizationId:${payload['org_id']}`,
      `workspaceId:${/workspaceId:(\w+)/.exec(String(payload['scope']))?.[1]}`,
      `deploymentId:${/deploymentId:(\w+)/.exec(String(payload['scope']))?.[1]}`,
    ])
    expect(Object.keys(decodeProtectedHeader(secret))).to.deep.equal(['alg', 'typ', 'kid'])
    expect(decodeProtectedHeader(secret)).to.include({alg: 'EdDSA', typ: 'JWT'})
  })

  it('begins every token with the same characters, for secret scanners', async () => {
    const first = await runTokenry([...CI, '-c', '-e', '1'], {home})
    const second = await runTokenry([...CI, '-c', '-e', '1'], {home: tempFolder()})
    const prefix = `${Buffer.from('{"alg":"EdDSA","typ":"JWT","kid":"tokenry-').toString('base64url')}`
    expect(prefix).to.have.lengthOf(56)
    for (const {stdout} of [first, second]) expect(stdout.slice(0, 56)).to.equal(prefix)
  })

  it('prints only the token on stdout, and its details on stderr, in human mode', async () => {
    const run = await runTokenry([...CI, '--expiration', '30', '--description', 'for tests'], {home})
    expect(run.exitCode).to.equal(0)
    expect(run.stdout.trim().split('\n')).to.have.lengthOf(1)
    expect(run.stderr).to.contain('Deployment API token ci was successfully created')
    expect(run.stderr).to.contain('2026-12-22T12:00:00Z')
    expect(run.stderr).to.contain('for tests')
    expect(run.stderr).to.not.contain(run.stdout.trim())
  })

  it('prints a document with the token, its id, its name and its expiry under --json', async () => {
    const run = await runTokenry([...CI, '--expiration', '30', '--json'], {home})
    expect(run).to.include({exitCode: 0, stderr: ''})
    const {ok, result, warnings} = JSON.parse(run.stdout)
    expect({ok, warnings}).to.deep.equal({ok: true, warnings: []})
    expect(result).to.include({name: 'ci', expiresAt: '2026-12-22T12:00:00Z', role: 'DEPLOYMENT_ADMIN'})
    expect(result.id).to.match(/^c[0-9a-z]{24}$/)
    expect(result.token).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  describe('--expiration', () => {
    for (const [text, end] of [
      ['1', '2026-11-23T12:00:00Z'],
      ['3650', '2036-11-19T12:00:00Z'],
      ['48h', '2026-11-24T12:00:00Z'],
      ['30d', '2026-12-22T12:00:00Z'],
      ['12w', '2027-02-14T12:00:00Z'],
      ['1y', '2027-11-22T12:00:00Z'],
      ['P30D', '2026-12-22T12:00:00Z'],
      ['6mo', '2027-05-21T12:00:00Z'],
      ['1y6mo', '2028-05-20T12:00:00Z'],
      ['2027-01-31T14:00:00+02:00', '2027-01-31T12:00:00Z'],
      ['never', null],
    ] as const) {
      it(`takes ${text}`, async () => {
        const run = await runTokenry([...CI, '--expiration', text, '--json'], {home})
        expect(resultOf(run)['expiresAt']).to.equal(end)
        expect(JSON.parse(run.stdout).warnings).to.deep.equal([])
      })
    }

    for (const text of [
      '0',
      '-1',
      '3651',
      'abc',
      '1.5',
      '12h',
      '36h',
      'P1DT1H',
      '12h1d',
      '',
      '2026-11-22',
      '\u001b[31m',
    ]) {
      it(`refuses ${JSON.stringify(text)} before anything is written`, async () => {
        const run = await runTokenry([...CI, `--expiration=${text}`], {home})
        expect(run).to.include({exitCode: 2, stdout: ''})
        expect(run.stderr).to.contain('--expiration').and.to.not.contain('\u001b')
        if (text !== '') expect(run.stderr).to.contain('1 to 3650 days')
        expect(existsSync(join(home, 'data'))).to.equal(false)
      })
    }

    it('refuses a duration that is not whole days, with its length and the nearest whole days', async () => {
      const run = await runTokenry([...CI, '--expiration', '36h'], {home})
      expect(run.stderr).to.equal(
        'Error: --expiration "36h" is 1.5 days, and only whole days count; the nearest that work: 1d and 2d (1 to 3650 days)\n' +
          'Give a lifetime, for example: --expiration 30\n',
      )
    })

    describe('with a date or time that is not a whole number of days away', () => {
      const at = (now: string) => ({nowMs: Date.parse(now)})
      for (const [text, now, end] of [
        ['2027-01-31', '2026-11-22T12:00:00Z', '2027-01-31T12:00:00Z'],
        ['2026-11-23', '2026-11-22T23:59:59Z', '2026-11-23T23:59:59Z'],
        ['2026-11-23', '2026-11-22T00:00:01Z', '2026-11-23T00:00:01Z'],
        ['2028-02-29', '2028-02-28T12:00:00Z', '2028-02-29T12:00:00Z'],
        ['2028-03-01', '2028-02-28T12:00:00Z', '2028-03-01T12:00:00Z'],
        ['2027-03-28T03:30:00+02:00', '2027-03-27T00:30:00Z', '2027-03-28T00:30:00Z'],
        ['9989-12-31', '9989-12-30T12:00:00Z', '9989-12-31T12:00:00Z'],
      ] as const) {
        const rounding = `The token ends at ${end}: ${text} is rounded down to whole days`

        it(`ends before ${text} is over and says when, in every mode, if it is created at ${now}`, async () => {
          const argv = [...CI, '--expiration', text]
          const human = await runTokenry(argv, {home, ...at(now)})
          expect(human.exitCode).to.equal(0)
          expect(human.stderr.split('\n').filter((line) => line.includes('rounded'))).to.deep.equal([
            `Warning: ${rounding}`,
          ])
          expect(human.stderr).to.contain(`expires  ${end}`)

          const clean = await runTokenry([...argv, '--clean-output'], {home, ...at(now)})
          expect(clean).to.include({exitCode: 0, stderr: `Warning: ${rounding}\n`})
          expect(clean.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)

          const json = await runTokenry([...argv, '--json'], {home, ...at(now)})
          expect(json).to.include({exitCode: 0, stderr: ''})
          expect(JSON.parse(json.stdout).warnings).to.deep.equal([rounding])
          expect(resultOf(json)).to.include({expiresAt: end})
        })
      }

      it('prints no warning if nothing is rounded: at midnight', async () => {
        const run = await runTokenry([...CI, '-e', '2026-11-22', '-c'], {home, ...at('2026-11-22T00:00:00Z')})
        expect(run).to.include({exitCode: 0, stderr: ''})
      })

      it('is refused if less than a day is left, or if it is past', async () => {
        for (const [text, now, words] of [
          ['2026-11-22', '2026-11-22T00:00:01Z', 'just under 1 day away; 1 day is the least'],
          ['2026-11-22', '2026-11-22T12:00:00Z', '0.5 days away; 1 day is the least'],
          ['2026-11-22', '2026-11-23T00:00:00Z', 'not in the future'],
          ['2027-02-29', '2026-11-22T12:00:00Z', 'not a date of the calendar'],
          ['9999-12-31', '2026-11-22T12:00:00Z', '3650 days is the most'],
        ] as const) {
          const run = await runTokenry([...CI, '-e', text, '-c'], {home, ...at(now)})
          expect(run, text).to.include({exitCode: 2, stdout: ''})
          expect(run.stderr).to.contain(words)
        }
        expect(existsSync(join(home, 'data'))).to.equal(false)
      })

      for (const [why, flags, last] of [
        ['given as a flag', ['--expiration', '2026-11-24'], {to: 'Role', answer: 'DEPLOYMENT_ADMIN'}],
        ['an answer', ['--role', 'DEPLOYMENT_ADMIN'], {to: 'Expires', answer: '2026-11-24'}],
      ] as const) {
        it(`counts from the end of the questions, which can take hours, so that no token outlives its date: ${why}`, async () => {
          const slowly = {
            to: last.to,
            get answer() {
              options.nowMs = Date.parse('2026-11-23T01:00:00Z')
              return last.answer
            },
          }
          const options: RunOptions = {home, tty: true, answers: [{to: 'Name', answer: 'asked'}, slowly]}
          const run = await runTokenry([...CREATE, ...flags], options)
          expect(run.stderr).to.contain('The token ends at 2026-11-24T01:00:00Z: 2026-11-24 is rounded down')
          expect(run.stderr).to.contain('expires  2026-11-24T01:00:00Z')
        })
      }
    })

    it('defaults to never in a script, with a warning in every mode', async () => {
      const warning = 'The token never expires; give --expiration to limit it'
      const human = await runTokenry(CI, {home})
      expect(human.stderr).to.contain(`Warning: ${warning}\n`)
      const json = JSON.parse((await runTokenry([...CI, '--json'], {home})).stdout)
      expect(json.result.expiresAt).to.equal(null)
      expect(json.warnings).to.deep.equal([warning])
      expect(await runTokenry([...CI, '-c'], {home})).to.include({exitCode: 0, stderr: `Warning: ${warning}\n`})
    })
  })

  describe('a flag that is left out', () => {
    it('is asked for at a terminal', async () => {
      const answers = [
        {to: 'Name', answer: 'asked'},
        {to: 'Role', answer: 'DEPLOYMENT_ADMIN'},
        {to: 'Expires', answer: '12w'},
      ]
      const run = await runTokenry(CREATE, {home, tty: true, answers})
      expect(run.exitCode).to.equal(0)
      expect(run.stderr).to.contain('Deployment API token asked was successfully created')
      expect(run.stderr).to.contain('2027-02-14T12:00:00Z')
    })

    it('is a usage error that names the flag without a terminal', async () => {
      const run = await runTokenry(CREATE, {home})
      expect(run).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.contain('--name').and.to.contain('--role')
      expect(existsSync(join(home, 'data'))).to.equal(false)
    })

    for (const [why, extra, env] of [
      ['--no-input', ['--no-input'], {}],
      ['--clean-output', ['--clean-output'], {}],
      ['--json', ['--json'], {}],
      ['CI', [], {CI: 'true'}],
    ] as const) {
      it(`is not asked for with ${why}, even at a terminal`, async () => {
        const run = await runTokenry([...CREATE, ...extra], {home, tty: true, env})
        expect(run.exitCode).to.equal(2)
      })
    }

    it('causes exit 130 and no write if a person presses Ctrl-C at a question', async () => {
      const answers = [
        {to: 'Name', answer: 'asked'},
        {to: 'Role', answer: CTRL_C},
      ]
      const run = await runTokenry(CREATE, {home, tty: true, answers} as Parameters<typeof runTokenry>[1])
      expect(run).to.include({exitCode: 130, stdout: ''})
      const listed = await runTokenry(['deployment', 'token', 'list', '--json'], {home})
      expect(resultOf(listed)).to.deep.equal([])
    })
  })

  describe('--role', () => {
    it('accepts a custom role', async () => {
      await runTokenry(['service', 'role', 'create', 'deployer'], {home})
      const run = await runTokenry([...CREATE, '-n', 'x', '-r', 'deployer', '-e', '1', '--json'], {home})
      expect(resultOf(run)).to.include({role: 'deployer'})
    })

    it('refuses an unknown role before anything is written, and lists the roles', async () => {
      const run = await runTokenry([...CREATE, '-n', 'x', '-r', 'DEPLOYMENT_ADMN', '-e', '1'], {home})
      expect(run).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.contain('DEPLOYMENT_ADMIN').and.to.contain('Did you mean')
      expect(resultOf(await runTokenry(['deployment', 'token', 'list', '--json'], {home}))).to.deep.equal([])
    })
  })

  describe('--unique-name', () => {
    it('refuses a name that is taken, and prints the id of its token', async () => {
      const first = resultOf(await runTokenry([...CI, '-e', '1', '--json'], {home}))
      const run = await runTokenry([...CI, '-e', '1', '--unique-name', '--json'], {home})
      expect(run.exitCode).to.equal(7)
      expect(JSON.parse(run.stdout).error.message).to.contain(first['id'])
    })

    it('accepts the name of a deleted token', async () => {
      const first = resultOf(await runTokenry([...CI, '-e', '1', '--unique-name', '--json'], {home}))
      await runTokenry(['deployment', 'token', 'delete', String(first['id']), '--force'], {home})
      expect(await runTokenry([...CI, '-e', '1', '--unique-name', '-c'], {home})).to.include({exitCode: 0})
    })
  })

  describe('--output', () => {
    it('writes the token, without a newline, to a new file of mode 0600 and nothing to stdout', async () => {
      const file = join(home, 'token.txt')
      const run = await runTokenry([...CI, '-e', '1', '--output', file], {home})
      expect(run).to.include({exitCode: 0, stdout: ''})
      expect(readFileSync(file, 'utf8')).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/)
      expect(statSync(file).mode & 0o777).to.equal(0o600)
      expect(readdirSync(home).filter((name) => name.includes('token.txt'))).to.deep.equal(['token.txt'])
      expect(run.stderr).to.not.contain(readFileSync(file, 'utf8'))
    })

    it('puts the file into the document instead of the token', async () => {
      const file = join(home, 'token.txt')
      const result = resultOf(await runTokenry([...CI, '-e', '1', '--output', file, '--json'], {home}))
      expect(result).to.include({file}).and.to.not.have.property('token')
    })

    it('is a CONFLICT if the file exists, before a token is created', async () => {
      const file = join(home, 'token.txt')
      writeFileSync(file, 'precious')
      const run = await runTokenry([...CI, '-e', '1', '--output', file], {home})
      expect(run).to.include({exitCode: 7, stdout: ''})
      expect(readFileSync(file, 'utf8')).to.equal('precious')
      expect(resultOf(await runTokenry(['deployment', 'token', 'list', '--json'], {home}))).to.deep.equal([])
    })

    it('is refused if the folder does not exist, before a token is created', async () => {
      const run = await runTokenry([...CI, '-e', '1', '--output', join(home, 'no', 'token.txt')], {home})
      expect(run).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain('token.txt')
      expect(resultOf(await runTokenry(['deployment', 'token', 'list', '--json'], {home}))).to.deep.equal([])
    })

    it('writes to stdout without a newline if it is -', async () => {
      const run = await runTokenry([...CI, '-e', '1', '--output', '-'], {home})
      expect(run.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    })
  })

  for (const code of ['EPIPE', 'ENOSPC']) {
    it(`ends the new token and exits 11 if the secret cannot be written (${code})`, async () => {
      const run = await runTokenry([...CI, '-e', '1', '-c'], {home, stdoutFails: code})
      expect(run.exitCode).to.equal(11)
      expect(run.stderr).to.contain('ended again').and.to.contain(code)
      expect(resultOf(await runTokenry(['deployment', 'token', 'list', '--json'], {home}))).to.deep.equal([])
      const ended = resultOf<unknown[]>(await runTokenry(['deployment', 'token', 'list', '--ended', '--json'], {home}))
      expect(ended).to.have.lengthOf(1)
    })
  }

  it('masks the token in the log of a GitHub Actions job before it is printed', async () => {
    const run = await runTokenry([...CI, '-e', '1', '-c'], {home, env: {GITHUB_ACTIONS: 'true'}})
    expect(run.stderr).to.equal(`\n::add-mask::${run.stdout.trim()}\n`)
  })

  it('asks for the deployment if there are several, and names the flag without a terminal', async () => {
    await runTokenry(['service', 'deployment', 'create', 'staging'], {home})
    const refused = await runTokenry([...CI, '-e', '1'], {home})
    expect(refused.exitCode).to.equal(2)
    expect(refused.stderr).to.contain('--deployment-id')
    const answers = [{to: 'Which deployment', answer: 'staging'}]
    const run = await runTokenry([...CI, '-e', '1'], {home, tty: true, answers})
    expect(run.exitCode).to.equal(0)
  })

  it('uses the deployment in TOKENRY_DEPLOYMENT_ID, but the flag takes precedence', async () => {
    await runTokenry(['service', 'deployment', 'create', 'staging'], {home})
    const deployments = resultOf<{id: string}[]>(await runTokenry(['deployment', 'list', '--json'], {home}))
    const [first, second] = deployments.map(({id}) => id)
    const env = {TOKENRY_DEPLOYMENT_ID: first ?? ''}
    const byEnv = resultOf(await runTokenry([...CI, '-e', '1', '--json'], {home, env}))
    expect(byEnv).to.include({entityId: first})
    const byFlag = resultOf(
      await runTokenry([...CI, '-e', '1', '--json', '--deployment-id', second ?? ''], {home, env}),
    )
    expect(byFlag).to.include({entityId: second})
  })

  it('refuses a name that is empty or too long', async () => {
    expect((await runTokenry([...CREATE, '--name=', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'], {home})).exitCode).to.equal(2)
    const long = await runTokenry([...CREATE, '-n', 'x'.repeat(257), '-r', 'DEPLOYMENT_ADMIN', '-e', '1'], {home})
    expect(long).to.include({exitCode: 2})
    expect(long.stderr).to.contain('256')
  })

  it('keeps a name with every kind of character, and prints it escaped', async () => {
    const name = 'a\tb\n\u001b[31mred\u0007 % $(x) é 漢 👩‍👩‍👧 --force'
    const run = await runTokenry([...CREATE, `--name=${name}`, '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--json'], {home})
    expect(resultOf(run)).to.include({name})
    const listed = await runTokenry(['deployment', 'token', 'list'], {home})
    expect(listed.stdout.trimEnd().split('\n')).to.have.lengthOf(2)
    expect(listed.stdout).to.contain('a\\tb\\n\\x1b[31mred\\x07 % $(x) é 漢 👩‍👩‍👧 --force')
  })

  it('refuses --json together with --clean-output', async () => {
    const run = await runTokenry([...CI, '-e', '1', '--json', '--clean-output'], {home})
    expect(run).to.include({exitCode: 2, stderr: ''})
    expect(JSON.parse(run.stdout).error).to.include({code: 'USAGE', exitCode: 2})
  })

  it('prints the path of the store only at the first run', async () => {
    const first = await runTokenry([...CI, '-e', '1'], {home})
    expect(first.stderr).to.contain(join(home, 'data', 'tokenry.db'))
    const second = await runTokenry([...CI, '-e', '1'], {home})
    expect(second.stderr).to.not.contain('tokenry.db')
  })

  it('keeps the store in one file of mode 0600 in a folder of mode 0700', async () => {
    await runTokenry([...CI, '-e', '1', '-c'], {home})
    expect(statSync(join(home, 'data')).mode & 0o777).to.equal(0o700)
    expect(statSync(join(home, 'data', 'tokenry.db')).mode & 0o777).to.equal(0o600)
  })
})
