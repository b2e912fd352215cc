import {expect} from 'chai'
import fc from 'fast-check'
import {isBlank} from '../../src/lib/invisible.ts'
import {escapeControl} from '../../src/output/escape.ts'
import {ASTRO_LIMITS} from '../../src/vendors/astro/api.ts'
import {type Run, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const TOKEN = ['deployment', 'token']
const RUNS = 12
const TOKEN_LINE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/
/**
 * Characters that a terminal would act on: C0 except the newline, DEL, C1, line and paragraph
 * separators, bidi controls, lone surrogates.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const DANGEROUS = /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u
/** The colours that tokenry writes itself. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const OWN_COLOURS = /\x1b\[\d{1,2}m/g

/** Any name that can be a command-line argument: all of Unicode except NUL, but not blank. */
const names = fc
  .oneof(
    fc.string({unit: 'binary', minLength: 1, maxLength: 40}),
    fc.string({unit: 'grapheme', minLength: 1, maxLength: 40}),
    fc.string({
      unit: fc.constantFrom(...'\t\n\r\x1b\x07\x7f\x9b\u202e\u2028\u200d\ufe0f\\"\'`$ -=,;%🔑é'),
      minLength: 1,
      maxLength: 12,
    }),
    fc.constantFrom(
      '--json',
      '-c',
      '--',
      '-',
      ' a ',
      'null',
      '__proto__',
      '\x1b]0;owned\x07',
      '\ud83d\udd11'.repeat(20),
    ),
  )
  .filter((name) => !name.includes('\0') && !isBlank(name) && name.length <= ASTRO_LIMITS.nameLengthMax)

const BLANK_NAMES = [
  ' ',
  '\t\n',
  '\u2003',
  '\u200b',
  '\u202e',
  '\u2800',
  '\u3164',
  '\u00ad',
  '\ufeff',
  ' \u200d \ufe0f',
  '\u{e0041}',
]

describe('a name and a description with any character', () => {
  it('are unchanged in JSON', async () => {
    await forAny(async ({name, description, home}) => {
      const made = await create(home, name, description, ['--json'])
      expect(made.stderr).to.equal('')
      expect(resultOf(made)).to.include({name, description})
      const listed = await runTokenry([...TOKEN, 'list', '--json'], {home})
      expect(resultOf<Record<string, unknown>[]>(listed)[0]).to.include({name, description})
    })
  })

  it('are each one cell of one line in a pipe', async () => {
    await forAny(async ({name, description, home}) => {
      await create(home, name, description, ['-c'])
      const listed = await runTokenry([...TOKEN, 'list'], {home})
      const lines = listed.stdout.split('\n')
      expect(lines).to.have.lengthOf(3)
      const [header, cells] = lines.map((line) => line.split('\t'))
      expect(cells).to.have.lengthOf(header?.length ?? 0)
      expect(cells?.[1]).to.equal(escapeControl(name))
      expect(cells?.at(-1)).to.equal(escapeControl(description))
      expect(listed.stdout.replaceAll('\t', '')).to.not.match(DANGEROUS)
    })
  })

  it('are refused if the name is blank, and nothing is created or renamed', async () => {
    const home = tempFolder()
    for (const name of BLANK_NAMES) {
      const argv = [...TOKEN, 'create', `--name=${name}`, '-r', 'DEPLOYMENT_ADMIN', '-e', '1']
      expect(await runTokenry(argv, {home})).to.deep.equal({
        exitCode: 2,
        stdout: '',
        stderr: 'Error: The name of a token cannot be blank\nChoose another name; is a variable unset?\n',
      })
    }
    await create(home, 'ci', '', ['-c'])
    for (const name of BLANK_NAMES) {
      for (const argv of [
        [...TOKEN, 'update', '--name', 'ci', `--new-name=${name}`],
        [...TOKEN, 'create', '--agent', `--name=${name}`, '-e', '1'],
      ]) {
        const run = await runTokenry(argv, {home})
        expect(run).to.include({exitCode: 2, stdout: ''})
        expect(run.stderr).to.contain('cannot be blank')
      }
    }
    const tokens = resultOf<{name: string}[]>(await runTokenry([...TOKEN, 'list', '--json'], {home}))
    expect(tokens.map(({name}) => name)).to.deep.equal(['ci'])
  })

  for (const noun of ['organization', 'workspace', 'deployment', 'role']) {
    it(`are refused for a blank name of a new ${noun}`, async () => {
      const home = tempFolder()
      const list = async () => resultOf(await runTokenry(['service', noun, 'list', '--json'], {home}))
      const before = await list()
      for (const name of BLANK_NAMES) {
        const run = await runTokenry(['service', noun, 'create', name], {home})
        expect(run).to.deep.equal({
          exitCode: 2,
          stdout: '',
          stderr: `Error: The name of a ${noun} cannot be blank\nChoose another name; is a variable unset?\n`,
        })
      }
      expect(await list()).to.deep.equal(before)
    })
  }

  it('are refused for a blank name of a new user', async () => {
    const home = tempFolder()
    for (const name of BLANK_NAMES) {
      const run = await runTokenry(['service', 'user', 'create', 'ann@example.com', `--name=${name}`], {home})
      expect(run).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.contain('The name of a user cannot be blank')
    }
    expect(resultOf(await runTokenry(['service', 'user', 'list', '--json'], {home}))).to.deep.equal([])
  })

  it('send no control sequence to a terminal, and do not break the lines of a table', async () => {
    await forAny(async ({name, description, home}) => {
      const made = await create(home, name, description, [], true)
      expect(made.stdout).to.match(TOKEN_LINE)
      const listed = await runTokenry([...TOKEN, 'list'], {home, tty: true, columns: 100})
      // The header, the row, an empty line, and the line that counts.
      expect(listed.stdout.trimEnd().split('\n')).to.have.lengthOf(4)
      const missing = await runTokenry([...TOKEN, 'delete', '-f', `--name=${name}x`], {home, tty: true})
      expect(missing.exitCode).to.equal(6)
      for (const text of [made.stderr, listed.stdout, listed.stderr, missing.stderr]) {
        expect(text.replaceAll(OWN_COLOURS, '')).to.not.match(DANGEROUS)
      }
    })
  })

  it('do not change the output of --clean-output', async () => {
    await forAny(async ({name, description, home}) => {
      const made = await create(home, name, description, ['--clean-output'])
      expect(made).to.include({exitCode: 0, stderr: ''})
      expect(made.stdout).to.match(TOKEN_LINE)
    })
  })

  it('can be used to rename, rotate and delete the token by name', async () => {
    await forAny(async ({name, description: other, home}) => {
      await create(home, name, '', ['-c'])
      const renamed = await runTokenry([...TOKEN, 'update', `--name=${name}`, `--new-name=${other}`, '--json'], {home})
      expect(resultOf(renamed)).to.include({name: other})
      const rotated = await runTokenry([...TOKEN, 'rotate', '-f', '-c', '-t', other], {home})
      expect(rotated.stdout).to.match(TOKEN_LINE)
      const deleted = await runTokenry([...TOKEN, 'delete', '-f', '--json', '-t', other], {home})
      expect(resultOf(deleted)).to.include({name: other, ended: true})
    })
  })
})

async function forAny(
  check: (given: {name: string; description: string; home: string}) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(names, names, (name, description) => check({name, description, home: tempFolder()}))
  await fc.assert(property, {numRuns: RUNS})
}

async function create(home: string, name: string, description: string, flags: string[], tty = false): Promise<Run> {
  const argv = [...TOKEN, 'create', '-n', name, '-d', description, '-r', 'DEPLOYMENT_ADMIN', '-e', '30', ...flags]
  const run = await runTokenry(argv, {home, tty})
  expect(run.exitCode, run.stderr).to.equal(0)
  return run
}
