import {Flags, Parser} from '@oclif/core'
import {expect} from 'chai'
import fc from 'fast-check'
import {
  type CliShape,
  type CommandShape,
  type FlagShape,
  type Invocation,
  normaliseArgv,
  shieldValue,
  unshieldValue,
  wantsJson,
} from '../../src/argv/normalise-argv.ts'
import {AppError} from '../../src/errors/app-error.ts'
import pflag from './pflag-vectors.json' with {type: 'json'}

const bool = (name: string, char?: string): FlagShape => ({name, type: 'boolean', ...(char && {char})})
const option = (name: string, char?: string): FlagShape => ({name, type: 'option', ...(char && {char})})
const everywhere = [bool('json'), bool('no-input'), option('context'), option('verbosity')]
const creating = [option('name', 'n'), option('description', 'd'), option('role', 'r'), option('expiration', 'e')]
const [deployment, current] = [option('deployment-id'), option('name', 't')]
const [clean, force] = [bool('clean-output', 'c'), bool('force', 'f')]

const cli: CliShape = {
  bin: 'tokenry',
  commands: {
    ...command('deployment:list'),
    ...command('deployment:token:list', [deployment]),
    ...command('deployment:token:create', [deployment, clean, ...creating]),
    ...command('deployment:token:rotate', [deployment, current, clean, force], {args: {id: {}}}),
    ...command('deployment:token:delete', [deployment, current, force], {args: {id: {}}}),
    ...command('deployment:token:organization-token:list', [deployment]),
    ...command('organization:token:roles', [], {args: {id: {}}}),
    ...command('organization:token:rotate', [], {args: {id: {}}}),
    ...command('help', [bool('nested-commands', 'n')], {strict: false}),
    ...command('service:copy', [], {args: {from: {}, to: {multiple: true}}}),
    ...command('service:restore', [option('file', 'f'), option('host', 'h')]),
    ...command('service:role:list', [{...option('label', 'l'), multiple: true}]),
    ...command('sql', [], {strict: false}),
    // `token` is a command that has a subcommand. `wo` is a command here, although it is also an
    // alias.
    ...command('token', [bool('all')], {args: {value: {}}}),
    ...command('token:inspect'),
    ...command('wo'),
    ...command('workspace:list'),
  },
}

type Outcome = {error: true} | {help: string} | {command: string; flags: Record<string, string>; args: string[]}

describe('normaliseArgv', () => {
  describe('for flags that the manifest marks', () => {
    const secret = `eyJhbGciOiJIUzI1NiJ9.${'a1B2'.repeat(10)}.${'c3D4'.repeat(10)}`
    const marked: CliShape = {
      bin: 'tokenry',
      commands: command('motherduck:token:list', [
        {...option('token'), takesSecret: true},
        {...option('expiration', 'e'), aliases: ['expires']},
        option('user'),
      ]),
    }
    const canonical = (line: string) => {
      const invocation = normaliseArgv(line.split(' '), marked)
      return invocation.kind === 'command' ? invocation.argv.map((word) => word.replace('\0', '')) : []
    }

    it('writes the name of the flag for an alias of it', () => {
      for (const line of ['--expires 1h', '--expires=1h', '-e 1h', '--expiration 1h']) {
        expect(canonical(`md to ls ${line}`), line).to.deep.equal(['--expiration=1h'])
      }
      expect(canonical('md --expires 1h to ls')).to.deep.equal(['--expiration=1h'])
    })

    it('accepts a token only in the flag that is declared for one', () => {
      expect(canonical(`md to ls --token ${secret}`)).to.deep.equal([`--token=${secret}`])
      for (const line of [`--user ${secret}`, secret, `--token x --user=${secret}`, `-- ${secret}`]) {
        expect(() => canonical(`md to ls ${line}`), line).to.throw(AppError, 'A token')
      }
    })
  })

  describe('parses as cobra and pflag do', () => {
    const [create, rotate] = ['deployment token create', 'deployment token rotate']
    const differences = [
      differ('extra arguments are errors', {error: true}, `${create} `, [
        ...['', 'x', '-', 'x -c', '- -c', '-- -c', '-- --', '-- --help', '-c x -n y z', '-nc x', '-name x'],
        ...['--clean-output false', '-c false'],
      ]),
      differ('extra arguments are errors', {error: true}, `${rotate} `, ['ID ID2', 'ID -- -f']),
      differ('unknown words are errors', {error: true}, 'deployment token ', ['craete', '--deployment-id X craete']),
      differ('unknown words are errors', {error: true}, 'deployment token ', ['- create', ' create']),
      differ('unknown words are errors', {error: true}, '', ['deployment craete']),
      differ('unknown words are errors', {error: true}, '', ['help bogus', 'help deployment bogus']),
      differ('a command after -- is an error', {error: true}, '', [
        'deployment token -- create',
        '-- deployment token create',
      ]),
      differ(
        'own booleans may stand before the verb',
        {command: create, flags: {'clean-output': 'true'}, args: []},
        '',
        ['deployment token -c create'],
      ),
      differ('own booleans may stand before the verb', {command: rotate, flags: {force: 'true'}, args: ['ID']}, '', [
        'deployment token --force rotate ID',
      ]),
      differ('--help takes no value', {help: ''}, '', ['--help deployment token']),
      differ('flags of "go test" are not special', {error: true}, '', [`${create} -test.v`]),
      differ('flags of "go test" are not special', {command: rotate, flags: {name: 'est.v'}, args: []}, '', [
        `${rotate} -test.v`,
      ]),
    ].flat()

    for (const vector of pflag.vectors) {
      const difference = differences.find(({line}) => line === vector.argv.join(' '))
      it(`${JSON.stringify(vector.argv)}${difference ? `, but ${difference.why}` : ''}`, () => {
        const theirs = recorded(vector)
        expect(outcome(vector.argv)).to.deep.equal(difference?.is ?? theirs)
        expect(difference?.is).to.not.deep.equal(theirs)
      })
    }

    it('lists only differences that were recorded', () => {
      expect(pflag.vectors.map(({argv}) => argv.join(' '))).to.include.members(differences.map(({line}) => line))
    })
  })

  describe('resolves words and aliases', () => {
    for (const [line, id] of [
      ['de to de ID', 'deployment:token:delete'],
      ['deployments to revoke ID', 'deployment:token:delete'],
      ['org to ro', 'organization:token:rotate'],
      ['deployment ls', 'deployment:list'],
      ['service role ls', 'service:role:list'],
      ['de to organization-token list', 'deployment:token:organization-token:list'],
      ['wo', 'wo'],
      ['to x', 'token'],
      ['token inspect', 'token:inspect'],
    ] as const) {
      it(`${line} → ${id}`, () => expect(invoke(line)).to.include({kind: 'command', id}))
    }
  })

  describe('takes flags before, between and after the words', () => {
    for (const [line, id, ...argv] of [
      [
        '--context x de to --deployment-id X ls --json',
        'deployment:token:list',
        '--context=x',
        '--deployment-id=X',
        '--json',
      ],
      ['--force deployment token delete ID', 'deployment:token:delete', '--force', '--', 'ID'],
      ['--context deployment deployment list', 'deployment:list', '--context=deployment'],
      ['deployment token -cn create create', 'deployment:token:create', '--clean-output', '--name=create'],
      // -f is a boolean below `deployment` and an option below `service`.
      ['-f deployment token delete', 'deployment:token:delete', '--force'],
      ['-f dump service restore', 'service:restore', '--file=dump'],
      ['-f service service restore', 'service:restore', '--file=service'],
      ['--json=false deployment list --json --json=0', 'deployment:list'],
      ['service role list -l a --label=b -lc', 'service:role:list', '--label=a', '--label=b', '--label=c'],
      ['service restore -h localhost', 'service:restore', '--host=localhost'],
      ['service copy a b c', 'service:copy', '--', 'a', 'b', 'c'],
      ['sql a b', 'sql', '--', 'a', 'b'],
      ['token --all -- inspect', 'token', '--all', '--', 'inspect'],
    ] as const) {
      it(line, () => {
        const shielded = argv.map((word) => word.replace('=', `=${shieldValue('')}`))
        expect(invoke(line)).to.deep.equal({kind: 'command', id, argv: shielded})
      })
    }
  })

  describe('recognises requests for help and the version', () => {
    for (const [line, path] of [
      ['', []],
      ['--json --context x', []],
      ['-f', []],
      ['de --', ['deployment']],
      ['de to --name x', ['deployment', 'token']],
      ['de to cr x --help', ['deployment', 'token', 'create']],
      ['de -h tokne', ['deployment']],
      ['help org to', ['organization', 'token']],
      ['help exit-codes', ['exit-codes']],
      ['help environment --help', ['environment']],
      ['--json help help de', ['deployment']],
      ['help de to de ID', ['deployment', 'token', 'delete']],
      ['--help --version', []],
    ] as const) {
      it(`${line} → help of [${path}]`, () => expect(invoke(line)).to.deep.equal({kind: 'help', path}))
    }

    for (const line of ['--version', '--json --version', '--version deployment bogus']) {
      it(`${line} → version`, () => expect(invoke(line)).to.deep.equal({kind: 'version'}))
    }
  })

  describe('refuses with a hint', () => {
    const create = 'tokenry deployment token create'
    for (const [line, message, hint] of [
      ['deployment token craete', 'Unknown command tokenry deployment token craete', `Did you mean ${create}?`],
      ['de to --deployment-id X craete', 'Unknown command tokenry deployment token craete', `Did you mean ${create}?`],
      ['--bogus=1 deploymnet', 'Unknown command tokenry deploymnet', 'Did you mean tokenry deployment?'],
      ['hlep', 'Unknown command tokenry hlep', 'Did you mean tokenry help?'],
      ['help bogus', 'Unknown command tokenry help bogus', null],
      ['help exit-code', 'Unknown command tokenry help exit-code', 'Did you mean tokenry help exit-codes?'],
      ['hlep de to cr', 'Unknown command tokenry hlep', 'Did you mean tokenry help deployment token create?'],
      ['help deploymnet to', 'Unknown command tokenry help deploymnet', 'Did you mean tokenry help deployment token?'],
      ['--json deploymnet to --name x cr ID', 'Unknown command tokenry deploymnet', `Did you mean ${create}?`],
      ['deploymnet SECRET', 'Unknown command tokenry deploymnet', 'Did you mean tokenry deployment?'],
      ['deploymnet --tokn SECRET', 'Unknown command tokenry deploymnet', 'Did you mean tokenry deployment?'],
      ['dploy to ls', 'Unknown command tokenry dploy', 'Did you mean tokenry deployment token list?'],
      ['exit-codes', 'Unknown command tokenry exit-codes', 'List the commands with: tokenry --help'],
      ['frob --help', 'Unknown command tokenry frob', 'List the commands with: tokenry --help'],
      ['help de frob', 'Unknown command tokenry deployment frob', 'List the commands with: tokenry deployment --help'],
      ['de to organization-token ls', 'Unknown command tokenry deployment token organization-token ls', null],
      ['service de', 'Unknown command tokenry service de', null],
      ['org to de', 'Unknown command tokenry organization token de', null],
      ['constructor', 'Unknown command tokenry constructor', null],
      ['\u001b[31m\u202e', 'Unknown command tokenry \\u{1b}[31m\\u{202e}', null],
      [`x${'🔑'.repeat(50)}`, 'Unknown command tokenry (too long to show)', null],
      ['🔑'.repeat(40), `Unknown command tokenry ${'🔑'.repeat(40)}`, null],
      ['de -- SECRET', 'tokenry deployment needs a command', 'List the commands with: tokenry deployment --help'],
      ['de to cr SECRET', `${create} takes no arguments`, `See how it is used: ${create} --help`],
      ['help de to cr SECRET', `${create} takes no arguments`, null],
      ['de to de ID SECRET', 'tokenry deployment token delete takes at most 1 argument', null],
      ['--bogus', 'Unknown flag --bogus for tokenry', 'List the flags with: tokenry --help'],
      ['de to --tokn SECRET create', 'Unknown flag --tokn for tokenry deployment token', null],
      ['de to cr --naem=SECRET', `Unknown flag --naem for ${create}`, 'Did you mean --name?'],
      ['de to cr --expiry 3', `Unknown flag --expiry for ${create}`, 'Did you mean --expiration?'],
      ['de to cr --frob 3', `Unknown flag --frob for ${create}`, `List the flags with: ${create} --help`],
      ['de to cr --clean', `Unknown flag --clean for ${create}`, 'Did you mean --clean-output?'],
      ['de to cr --toString', `Unknown flag --toString for ${create}`, null],
      ['de to cr -json', `Unknown flag -j for ${create}`, 'Did you mean --json?'],
      ['de to cr -cxSECRET', `Unknown flag -x for ${create}`, null],
      ['de to ls --force', 'Unknown flag --force for tokenry deployment token list', null],
      ['de to cr -cn', 'Flag -n needs a value', 'Write -n VALUE'],
      ['de to --name', 'Flag --name needs a value', 'Write --name VALUE'],
      ['de to cr --json=SECRET', 'Flag --json takes true or false, or no value at all', 'Write --json or --json=false'],
      ['de to cr -c=', 'Flag -c takes true or false, or no value at all', 'Write -c or -c=false'],
      ['de to cr ---n SECRET', '---n is not a flag', 'Write a flag as --name=VALUE or --name VALUE'],
    ] as const) {
      it(line, () => {
        const err = refusal(line.split(' '))
        expect(err).to.include({code: 'USAGE', message})
        if (hint !== null) expect(err?.details.hint).to.equal(hint)
        expect(`${err?.message} ${err?.details.hint}`).to.not.contain('SECRET')
      })
    }
  })

  describe('for every argv', () => {
    const word = fc.oneof(
      fc.constantFrom(...Object.keys(cli.commands).flatMap((id) => id.split(':')), 'de', 'to', 'ls', 'help'),
      fc.constantFrom(
        '--json',
        '--name',
        '-n',
        '-cf',
        '-t',
        '--all',
        '--',
        '-',
        '',
        '-h',
        '--version',
        '-f',
        '--label=x',
      ),
      fc.string({unit: 'binary'}),
      fc.string({unit: 'binary'}).map((value) => `--name=${value}`),
      fc.string().map((value) => `-${value}`),
    )
    const anyId = fc.constantFrom(...Object.keys(cli.commands))
    const anyArgv = fc
      .tuple(anyId, fc.array(word), fc.boolean())
      .map(([id, words, begun]) => [...(begun ? id.split(':') : []), ...words])

    it('throws only USAGE errors, and does not change its own result in a second pass', () => {
      const property = fc.property(anyArgv, (argv) => {
        if (refusal(argv)) return
        const result = normaliseArgv(argv, cli)
        if (result.kind === 'version') return
        const again = result.kind === 'help' ? ['help', ...result.path] : [...result.id.split(':'), ...result.argv]
        expect(normaliseArgv(again, cli)).to.deep.equal(result)
      })
      fc.assert(property, {numRuns: 2000})
    })

    it('keeps every byte of values and arguments', () => {
      const text = fc.string({unit: 'binary'}).map((value) => value.replace(/^\0+/, ''))
      const spelled = fc.constantFrom('--name', '--name=', '-t', '-ft', '-t=')
      const property = fc.property(spelled, text, text, (spelling, name, id) => {
        fc.pre(!(spelling === '-t=' && name === ''))
        const flag = spelling.endsWith('=') ? [spelling + name] : [spelling, name]
        const result = normaliseArgv(['de', ...flag, 'to', 'ro', '--', id], cli)
        expect(result.kind).to.equal('command')
        const argv = result.kind === 'command' ? result.argv.filter((word) => word !== '--force') : []
        expect(argv).to.deep.equal([`--name=${shieldValue(name)}`, '--', id])
        expect(unshieldValue(shieldValue(name))).to.equal(name)
      })
      fc.assert(property, {numRuns: 1000})
    })

    it('repeats no part of a token in an error, and passes no token to a command', () => {
      const anyToken = fc
        .tuple(fc.stringMatching(/^eyJ[\w-]{20,60}$/), fc.array(fc.stringMatching(/^[\w-]{2,60}$/), {maxLength: 4}))
        .map((segments) => segments.flat().join('.'))
      const spelled = fc.constantFrom('', '--name=', '-n', '--', '--json=', '--bogus=')
      const property = fc.property(anyArgv, anyToken, spelled, fc.nat(), (words, token, spelling, place) => {
        const argv = words.toSpliced(place % (words.length + 1), 0, spelling + token)
        const err = refusal(argv)
        const said = err ? [err.message, err.details.hint] : normaliseArgv(argv, cli)
        expect(JSON.stringify(said)).to.not.contain(token.slice(0, 10))
      })
      fc.assert(property, {numRuns: 2000})
    })

    it('says how to give an argument that begins with a dash, such as SQL that begins with a comment', () => {
      for (const statement of ['-- a comment\nLIST ROLES;', '--a comment of = ROLES', '-- \tLIST ROLES;', '-x y']) {
        expect(refusal(['token', statement])?.details.hint).to.equal(
          'Write -- before an argument that begins with a dash: tokenry token -- ARGUMENT',
        )
      }
      expect(invoke('token', ['--', '-- a comment\nLIST ROLES;'])).to.have.property('kind', 'command')
      expect(refusal(['token', '--frob'])?.details.hint).to.equal('List the flags with: tokenry token --help')
    })

    it('accepts an argv as long as the system allows', () => {
      const many = Array.from({length: 300_000}, () => '-ca')
      expect(refusal(['sql', ...many])).to.include({message: 'Unknown flag -c for tokenry sql'})
      const labels = Array.from({length: 300_000}, () => '-la')
      expect(invoke('service role list', labels)).to.have.property('argv').with.length(300_000)
      expect(invoke('sql', ['x'.repeat(300_000)])).to.have.property('kind', 'command')
    })
  })
})

describe('oclif', () => {
  const parse = async (value: string) => unshieldValue(value)
  const flags = {
    name: Flags.string({char: 't', parse}),
    'clean-output': Flags.boolean({char: 'c'}),
    force: Flags.boolean({char: 'f'}),
  }

  for (const value of ['-c', '-f', '--force', '--name', '--', '-', '', '-cx', 'a=b', '--name=x', 'line\nbreak', '🔑']) {
    it(`reads the shielded value ${JSON.stringify(value)} as it was given`, async () => {
      const result = normaliseArgv(['de', 'to', 'ro', '-c', '--name', value, '--', '-f'], cli)
      if (result.kind !== 'command') throw new Error(result.kind)
      const parsed = await Parser.parse(result.argv, {flags, args: {}, strict: false})
      expect(parsed.flags).to.include({name: value, 'clean-output': true}).and.not.have.property('force')
      expect(parsed.argv).to.deep.equal(['-f'])
    })
  }

  it('refuses a value that begins with a dash if it is not shielded', async () => {
    const err = await Parser.parse(['--name=-c'], {flags}).catch((reason: unknown) => reason)
    expect(err).to.be.an('error').with.property('message', 'Flag --name expects a value')
  })
})

describe('wantsJson', () => {
  for (const [line, expected] of [
    ['', false],
    ['list --json', true],
    ['--json=true', true],
    ['--json=T list', true],
    ['--json=0', false],
    ['--json --json=false', false],
    ['--json=false --json', true],
    ['--json=yes', true],
    ['-- --json', false],
    ['--json -- --json=false', true],
    ['--jsonx --no-json', false],
  ] as const) {
    it(`${line} → ${expected}`, () => expect(wantsJson(line.split(' '))).to.equal(expected))
  }
})

function command(id: string, flags: FlagShape[] = [], rest: Partial<CommandShape> = {}): CliShape['commands'] {
  const byName = Object.fromEntries([...everywhere, ...flags].map((flag) => [flag.name, flag]))
  return {[id]: {id, flags: byName, args: {}, ...rest}}
}

function invoke(line: string, more: string[] = []): Invocation {
  return normaliseArgv(line.split(' ').filter(Boolean).concat(more), cli)
}

/** Return the USAGE error for this argv, or undefined. Throw any other error, to fail the test. */
function refusal(argv: string[]): AppError | undefined {
  try {
    normaliseArgv(argv, cli)
    return undefined
  } catch (err) {
    if (err instanceof AppError && err.code === 'USAGE') return err
    throw err
  }
}

function differ(why: string, is: Outcome, prefix: string, lines: string[]) {
  return lines.map((line) => ({why, is, line: prefix + line}))
}

function outcome(argv: string[]): Outcome {
  if (refusal(argv)) return {error: true}
  const result = normaliseArgv(argv, cli)
  if (result.kind === 'version') throw new Error('No recorded argv asks for the version')
  if (result.kind === 'help') return {help: result.path.join(' ')}
  const end = result.argv.includes('--') ? result.argv.indexOf('--') : result.argv.length
  const flags = result.argv.slice(0, end).map((word): [string, string] => {
    const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    return [name, value === undefined ? 'true' : unshieldValue(value)]
  })
  return {command: result.id.replaceAll(':', ' '), flags: Object.fromEntries(flags), args: result.argv.slice(end + 1)}
}

/** Return the recorded result in the form of `outcome`, without booleans that are false. */
function recorded({command: words, flags = {}, args = [], help, error}: (typeof pflag.vectors)[number]): Outcome {
  if (error) return {error: true}
  if (words === undefined) return {help: help ?? ''}
  const booleans = ['clean-output', 'force', 'help']
  const set = Object.entries(flags).filter(([name, value]) => !(booleans.includes(name) && value === 'false'))
  return {command: words, flags: Object.fromEntries(set), args}
}
