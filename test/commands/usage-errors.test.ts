import {expect} from 'chai'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const OF_ANOTHER = ['{"alg":"EdDSA","typ":"JWT"}', '{}', 'abc']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.')

const READABLE = 'where others on this machine can read it'
const ROTATE = 'rotate it, since others may have seen it'
const TAKE_OUT = `Take it out of the command line; ${ROTATE}`
const SOURCES = 'with --token-file, in TOKENRY_VERIFY_TOKEN or on standard input'
const ID_OR_FILE = `Give the id of the token, or the file that holds it with --token-file; ${ROTATE}`

/** A command line, TOKEN standing for one, and the two lines that refuse it. */
type Row = [line: string, message: string, hint: string]

const TOKENS: Row[] = [
  ['token verify TOKEN', `A token is given as an argument, ${READABLE}`, `Give it ${SOURCES}; ${ROTATE}`],
  ['token inspect TOKEN', `A token is given as an argument, ${READABLE}`, `Give it ${SOURCES}; ${ROTATE}`],
  ['token verify --token-file TOKEN', `A token is given as --token-file, ${READABLE}`, `Give it ${SOURCES}; ${ROTATE}`],
  [
    'token verify token.txt',
    'tokenry token verify takes no arguments',
    `Give the token ${SOURCES}: others on this machine can read an argument`,
  ],
  ['TOKEN', `A token is given as a command, ${READABLE}`, TAKE_OUT],
  ['help TOKEN', `A token is given as a command, ${READABLE}`, TAKE_OUT],
  ['deployment token TOKEN', `A token is given as a command, ${READABLE}`, TAKE_OUT],
  ['-- TOKEN', `A token is given as an argument, ${READABLE}`, TAKE_OUT],
  ['--TOKEN', `A token is given as a flag, ${READABLE}`, TAKE_OUT],
  ['--bogus TOKEN', 'Unknown flag --bogus for tokenry', 'List the flags with: tokenry --help'],
  ['deployment token delete TOKEN', `A token is given as an argument, ${READABLE}`, ID_OR_FILE],
  ['workspace token rotate -t TOKEN', `A token is given as --name, ${READABLE}`, ID_OR_FILE],
  ['deployment token create -d TOKEN', `A token is given as --description, ${READABLE}`, TAKE_OUT],
  ['deployment token list --kind TOKEN', `A token is given as --kind, ${READABLE}`, TAKE_OUT],
  ['deployment token list TOKEN', `A token is given as an argument, ${READABLE}`, TAKE_OUT],
  ['service deployment delete TOKEN', `A token is given as an argument, ${READABLE}`, TAKE_OUT],
  ['completion TOKEN', `A token is given as an argument, ${READABLE}`, TAKE_OUT],
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
  ['to ls', 'Unknown command tokenry token ls', `Did you mean: ${tokenCommands('list')}?`],
  ['token delete ID', 'Unknown command tokenry token delete', `Did you mean: ${tokenCommands('delete')}?`],
  ['tokne create', 'Unknown command tokenry tokne', `Did you mean: ${tokenCommands('create')}?`],
  ['create', 'Unknown command tokenry create', `Did you mean: ${tokenCommands('create')}?`],
  ['list', 'Unknown command tokenry list', `Did you mean: ${tokenCommands('list')}?`],
  ['revoke', 'Unknown command tokenry revoke', `Did you mean: ${tokenCommands('delete')}?`],
  ['start', 'Unknown command tokenry start', 'Did you mean tokenry service start?'],
  ['verify', 'Unknown command tokenry verify', 'Did you mean tokenry token verify?'],
  [
    'deployment create',
    'Unknown command tokenry deployment create',
    'Did you mean: tokenry deployment token create, tokenry service deployment create?',
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
    'deployment token create --ttl 3',
    'Unknown flag --ttl for tokenry deployment token create',
    'List the flags with: tokenry deployment token create --help',
  ],
]

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
