import {expect} from 'chai'
import {runTokenry} from '../support/run-tokenry.ts'
import {longestRepeated, SAMPLE, SAMPLE_PARTS} from '../support/sample-token.ts'
import {tempFolder} from '../support/temp-folder.ts'

const OF_ANOTHER = ['{"alg":"EdDSA","typ":"JWT"}', '{}', 'abc']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.')

const TOKEN = 'A token, or text that looks like a part of one,'
const READABLE = 'where others on this machine can read it'
const ROTATE = 'rotate the token, because others may have seen it'
const TAKE_OUT = `Remove it from the command line; ${ROTATE}`
const SOURCES = 'with --token-file, in TOKENRY_VERIFY_TOKEN or on standard input'
const ID_OR_FILE = `Give the id of the token, or the file that holds it with --token-file; ${ROTATE}`

/** A command line, in which TOKEN stands for a token, and the two lines of its error. */
type Row = [line: string, message: string, hint: string]

const TOKENS: Row[] = [
  ['token verify TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, `Give it ${SOURCES}; ${ROTATE}`],
  ['token inspect TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, `Give it ${SOURCES}; ${ROTATE}`],
  [
    'token verify --token-file TOKEN',
    `${TOKEN} is given as --token-file, ${READABLE}`,
    `Give it ${SOURCES}; ${ROTATE}`,
  ],
  [
    'token verify token.txt',
    'tokenry token verify takes no arguments',
    `Give the token ${SOURCES}: others on this machine can read an argument`,
  ],
  ['TOKEN', `${TOKEN} is given as a command, ${READABLE}`, TAKE_OUT],
  ['help TOKEN', `${TOKEN} is given as a command, ${READABLE}`, TAKE_OUT],
  ['deployment token TOKEN', `${TOKEN} is given as a command, ${READABLE}`, TAKE_OUT],
  ['-- TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, TAKE_OUT],
  ['--TOKEN', `${TOKEN} is given as a flag, ${READABLE}`, TAKE_OUT],
  ['--bogus TOKEN', 'Unknown flag --bogus for tokenry', 'List the flags with: tokenry --help'],
  ['deployment token delete TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, ID_OR_FILE],
  ['workspace token rotate -t TOKEN', `${TOKEN} is given as --name, ${READABLE}`, ID_OR_FILE],
  ['deployment token create -d TOKEN', `${TOKEN} is given as --description, ${READABLE}`, TAKE_OUT],
  ['deployment token list --kind TOKEN', `${TOKEN} is given as --kind, ${READABLE}`, TAKE_OUT],
  ['deployment token list TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, TAKE_OUT],
  ['service deployment delete TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, TAKE_OUT],
  ['completion TOKEN', `${TOKEN} is given as an argument, ${READABLE}`, TAKE_OUT],
]

const tokenCommands = (verb: string) =>
  ['deployment', 'workspace', 'organization'].map((scope) => `tokenry ${scope} token ${verb}`).join(', ')

const SUGGESTIONS: Row[] = [
  ['--foo', 'Unknown flag --foo for tokenry', 'List the flags with: tokenry --help'],
  [
    'deployment --foo',
    'Unknown flag --foo for tokenry deployment',
    'Flags belong to a command; list the commands with: tokenry deployment --help',
  ],
  ['version', 'Unknown command tokenry version', 'Did you mean tokenry --version?'],
  ['-v', 'Unknown flag -v for tokenry', 'Did you mean --version?'],
  ['-V', 'Unknown flag -V for tokenry', 'Did you mean --version?'],
  ['token create', 'Unknown command tokenry token create', `Did you mean: ${tokenCommands('create')}?`],
  ['to cr', 'Unknown command tokenry token cr', `Did you mean: ${tokenCommands('create')}?`],
  ['token delete ID', 'Unknown command tokenry token delete', `Did you mean: ${tokenCommands('delete')}?`],
  ['tokne create', 'Unknown command tokenry tokne', `Did you mean: ${tokenCommands('create')}?`],
  ['create', 'Unknown command tokenry create', `Did you mean: ${tokenCommands('create')}?`],
  ['list', 'Unknown command tokenry list', `Did you mean: ${tokenCommands('list')}?`],
  ['revoke', 'Unknown command tokenry revoke', `Did you mean: ${tokenCommands('delete')}?`],
  ['start', 'Unknown command tokenry start', 'Did you mean tokenry service start?'],
  ['verify', 'Unknown command tokenry verify', 'Did you mean tokenry token verify?'],
  [
    'deployment create',
    'Unknown command tokenry deployment create: tokenry manages API tokens only, and this stays with astro',
    'Did you mean: tokenry deployment token create, tokenry service deployment create? If not, run: astro deployment create',
  ],
  ['deploymnet token list', 'Unknown command tokenry deploymnet', 'Did you mean tokenry deployment token list?'],
  ['dploy to cr -n ci', 'Unknown command tokenry dploy', 'Did you mean tokenry deployment token create?'],
  ['deploymnet frob', 'Unknown command tokenry deploymnet', 'Did you mean tokenry deployment?'],
  ['frob', 'Unknown command tokenry frob', 'List the commands with: tokenry --help'],
  [
    'deployment token create --expires 3',
    'Unknown flag --expires for tokenry deployment token create',
    'Did you mean --expiration?',
  ],
  [
    'deployment token create --tttl 3',
    'Unknown flag --tttl for tokenry deployment token create',
    'List the flags with: tokenry deployment token create --help',
  ],
]

/** Command lines whose message would repeat the word, unless the word is refused. */
const PLACES: ((word: string) => string[])[] = [
  (word) => [word],
  (word) => ['help', word],
  (word) => ['deployment', 'token', word],
  (word) => [`--${word}`],
  (word) => ['deployment', 'token', 'list', `--${word}`],
  (word) => ['deployment', 'token', 'list', `--${word}=x`],
  (word) => ['deployment', 'token', 'delete', word, '--force'],
  (word) => ['deployment', 'token', 'delete', '-t', word, '--force'],
  (word) => ['deployment', 'token', 'delete', `-t${word}`, '--force'],
  (word) => ['deployment', 'token', 'delete', `--name=${word}`, '--force'],
  (word) => ['deployment', 'token', 'rotate', 'x', '-f', '--grace', word],
  (word) => ['deployment', 'token', 'list', '--kind', word],
  (word) => ['deployment', 'token', 'list', '--deployment-id', word],
  (word) => ['deployment', 'token', 'list', '--context', word],
  (word) => ['deployment', 'token', 'create', '-n', 'x', '-r', word, '-e', '1'],
  (word) => ['deployment', 'token', 'create', '-n', 'x', '-r', 'DEPLOYMENT_ADMIN', '-e', word],
  (word) => ['deployment', 'token', 'create', '-n', 'x', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--output', `${word}/x`],
  (word) => ['service', 'role', 'delete', word, '--force'],
  (word) => ['service', 'workspace', 'delete', word, '--force'],
  (word) => ['token', 'verify', '--token-file', word],
]

/**
 * The longest part of a token that a message may repeat, in characters. No id is shorter than this,
 * and no message needs a part of a token.
 */
const REPEATED_MAX = 15

describe('a part of a token on the command line', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  const parts = {
    ...SAMPLE_PARTS,
    'a signature in two lines': `${SAMPLE.signature.slice(0, 64)}\n${SAMPLE.signature.slice(64)}`,
    'a signature with spaces inside': SAMPLE.signature.replaceAll(/.{16}/g, '$& '),
    'a signature with spaces around it': ` ${SAMPLE.signature}\n`,
  }

  for (const [name, part] of Object.entries(parts)) {
    it(`is refused and not repeated, in any position: ${name}`, async () => {
      for (const [index, place] of PLACES.entries()) {
        const argv = [...(index % 2 === 0 ? [] : ['--json']), ...place(part)]
        const refused = await runTokenry(argv, {home, stdin: ''})
        expect(refused.exitCode, argv.join(' ')).to.equal(2)
        const printed = refused.stdout + refused.stderr
        expect(longestRepeated(part, printed), argv.join(' ')).to.be.at.most(REPEATED_MAX)
      }
    })

    it(`is CONFIG and not repeated in a variable that names a context or an id: ${name}`, async () => {
      for (const variable of ['CONTEXT', 'ORGANIZATION_ID', 'WORKSPACE_ID', 'DEPLOYMENT_ID']) {
        const env = {[`TOKENRY_${variable}`]: part}
        const refused = await runTokenry(['deployment', 'token', 'list'], {home, env})
        expect(refused.exitCode).to.equal(3)
        expect(refused.stderr).to.contain(`TOKENRY_${variable} holds a token`)
        expect(longestRepeated(part, refused.stderr)).to.be.at.most(REPEATED_MAX)
      }
    })
  }
})

describe('usage errors', () => {
  for (const [line, message, hint] of [...TOKENS, ...SUGGESTIONS]) {
    it(`tokenry ${line}`, async () => {
      const argv = line.replace('TOKEN', OF_ANOTHER).split(' ')
      const run = await runTokenry(argv, {home: tempFolder(), stdin: ''})
      expect(run).to.deep.equal({exitCode: 2, stdout: '', stderr: `Error: ${message}\n${hint}\n`})
    })
  }

  it('lists in the help of tokenry the flags that need no command', async () => {
    const {stdout} = await runTokenry(['--help'], {home: tempFolder()})
    expect(stdout).to.contain(
      [
        'FLAGS',
        '  -h, --help  Show this help; after a command, with all of its flags',
        '  --json      Print one JSON document',
        '  --version   Print the version',
        '',
        'MORE HELP',
      ].join('\n'),
    )
  })
})
