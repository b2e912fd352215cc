import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import pjson from '../../../package.json' with {type: 'json'}
import {type CompletableCli, complete, type ValuePlace} from '../../../src/cli/completion/complete.ts'

const ROOT = join(import.meta.dirname, '../../..')
const {commands} = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8'))
const CLI: CompletableCli = {bin: 'tokenry', commands, topics: pjson.oclif.topics}

const VERBS = ['create', 'delete', 'get', 'list', 'organization-token', 'rotate', 'update', 'workspace-token']
const TOPICS = [
  ...[
    'completion',
    'context',
    'deltastream',
    'deployment',
    'help',
    'login',
    'logout',
    'motherduck',
    'organization',
    'role',
    'service',
    'token',
  ],
  ...['whoami', 'workspace'],
]
const GLOBALS = [
  '--context',
  '--debug',
  '--help',
  '--json',
  '--no-color',
  '--no-input',
  '--quiet',
  '--verbosity',
  '-h',
  '-q',
]

/** Of the commands for a vendor. */
const VENDOR = [...GLOBALS, '--credential-file']
const GROUP = ['--deployment-id', '--organization-id', '--workspace-id']
const SORTS = ['created', 'expires', 'kind', 'last-rotated', 'last-used', 'name', 'role', 'scope', 'short-token']
const WORKSPACE_ROLES = ['ACCESSOR', 'AUTHOR', 'MEMBER', 'OPERATOR', 'OWNER'].map((name) => `WORKSPACE_${name}`)

/** What is typed up to the cursor, and what is offered then, in any order. */
const CASES: Record<string, [typed: string, offered: string[]][]> = {
  'commands and topics': [
    ['', TOPICS],
    ['d', ['deltastream', 'deployment']],
    ['deployment ', ['list', 'token']],
    ['deployment token ', VERBS],
    ['deployment token r', ['rotate']],
    ['workspace token organization-token ', ['add', 'get', 'list', 'remove', 'update']],
    ['help ', [...TOPICS, 'environment', 'exit-codes']],
    ['help deployment token c', ['create']],
    ['help completion ', []],
    ['help exit-codes ', []],
  ],
  'what follows an alias': [
    ['de to ', VERBS],
    ['wo to l', ['list']],
    ['org to up some-id --new', ['--new-name']],
    ['help de to cr', ['create']],
  ],
  'an alias where no long word begins so': [
    ['ls', []],
    ['deployments', ['deployments']],
    ['wo', ['workspace']],
    ['deployment ls', ['ls']],
    ['deployment token rev', ['revoke']],
    ['deployment token de', ['delete']],
    ['deployment de', []],
    ['deployment token workspace-token ls', []],
  ],
  'nothing after a word or a flag that is wrong': [
    ['nothing ', []],
    ['deployment de ', []],
    ['deployment token workspace-token ls --en', []],
    ['deployment token --bogus ', []],
    ['deployment token list --json=maybe --en', []],
  ],
  flags: [
    ['-', [...GLOBALS, '--version']],
    ['--v', ['--verbosity', '--version']],
    ['help --', GLOBALS.filter((flag) => flag.startsWith('--'))],
    ['deployment token list --e', ['--ended', '--expiring-within']],
    ['role list -', [...VENDOR, '--fail-if-any', '--limit', '--no-header', '--organization-id', '--scope']],
    ['deployment token delete some-id --f', ['--force']],
    [
      'deployment token delete -',
      [
        ...VENDOR,
        ...GROUP,
        '--agent',
        '--dry-run',
        '--force',
        '-f',
        '--ignore-not-found',
        '--name',
        '-t',
        '--self',
        '--token-file',
        '--unused-for',
      ],
    ],
    [
      'service start -',
      [
        ...GLOBALS,
        '--deltastream-port',
        '--dialect',
        '--ephemeral',
        '--motherduck-port',
        '--port',
        '--processes',
        '--ready-file',
      ],
    ],
  ],
  'flags of every command below, before the verb': [
    ['deployment token -', [...VENDOR, ...GROUP]],
    ['--deployment-id x deployment token cr', ['create']],
    ['deployment token --deployment-id=x cr', ['create']],
    ['--json deployment token cr', ['create']],
    ['--context token to', ['token']],
  ],
  'no flag that was given, by either spelling': [
    ['deployment token delete -f --f', []],
    [
      'deployment token delete --name x -',
      [
        ...VENDOR,
        ...GROUP,
        '--agent',
        '--dry-run',
        '--force',
        '-f',
        '--ignore-not-found',
        '--self',
        '--token-file',
        '--unused-for',
      ],
    ],
    ['deployment token delete -tx -t', []],
    ['--json deployment token list --js', []],
    ['deployment token list --debug=false --deb', []],
  ],
  'fixed values of a flag': [
    ['deployment token list --sort ', [...SORTS, ...SORTS.map((key) => `-${key}`)]],
    ['deployment token list --sort -c', ['-created']],
    ['deployment token list --sort=-c', ['--sort=-created']],
    ['deployment token create --kind ', ['DIRECT_ACCESS', 'STANDARD']],
    ['deployment token create -cr DEP', ['DEPLOYMENT_ADMIN']],
    ['deployment token create -rDEP', ['-rDEPLOYMENT_ADMIN']],
    ['deployment token create -r=DEP', ['-r=DEPLOYMENT_ADMIN']],
    ['deployment token create -cr=DEP', ['-cr=DEPLOYMENT_ADMIN']],
    ['workspace token create --role=', WORKSPACE_ROLES.map((role) => `--role=${role}`)],
    ['workspace --role WORKSPACE_OP', ['WORKSPACE_OPERATOR']],
    ['workspace token create --role DEP', []],
    ['deployment token create --name list --ro', ['--role']],
  ],
  'no value of a flag that takes any text': [
    ['deployment token create --name ', []],
    ['deployment token create --name --', []],
    ['deployment token create --expiration=', []],
  ],
  'fixed words of an argument': [
    ['completion ', ['bash', 'fish', 'powershell', 'zsh']],
    ['completion z', ['zsh']],
    ['completion -- z', ['zsh']],
    ['completion bash ', []],
    ['completion -- -', []],
  ],
}

describe('complete', () => {
  for (const [what, cases] of Object.entries(CASES)) {
    it(`offers ${what}`, async () => {
      for (const [typed, offered] of cases) {
        const {candidates, files} = await completeLine(typed)
        expect(candidates.map(({text}) => text).sort(), typed).to.deep.equal([...offered].sort())
        expect(files, typed).to.equal(false)
      }
    })
  }

  it('leaves files to the shell where a flag takes one', async () => {
    for (const typed of ['token verify --token-file ', 'token verify --token-file=t', 'de to cr --output ']) {
      expect(await completeLine(typed), typed).to.deep.equal({candidates: [], files: true})
    }
  })

  it('describes commands, topics, aliases and flags', async () => {
    for (const [typed, text, description] of [
      ['deployment to', 'token', CLI.topics['deployment:token']?.description],
      ['role ls', 'ls', commands['role:list'].summary],
      ['token verify --jso', '--json', commands['token:verify'].flags.json.description],
    ]) {
      expect(await completeLine(typed)).to.deep.equal({candidates: [{text, description}], files: false})
    }
  })

  it('looks a value up with the words and flags around it, by what the flag or the argument says', async () => {
    const asked: [string, ValuePlace][] = []
    const ask = async (typed: string) => {
      const {candidates} = await completeLine(typed, async ({completes}, place) => {
        asked.push([completes, place])
        return [{text: `${place.typed}-found`, description: completes}]
      })
      return candidates.map(({text}) => text)
    }
    expect(await ask('de --deployment-id c1 to ro --name=w')).to.deep.equal(['--name=w-found'])
    expect(await ask('workspace token get -f x')).to.deep.equal([])
    expect(await ask('workspace token get --json x')).to.deep.equal(['x-found'])
    expect(await ask('deployment token --organization-id ')).to.deep.equal(['-found'])
    expect(asked).to.deep.equal([
      ['token name', {path: ['deployment', 'token', 'rotate'], flags: {'deployment-id': 'c1'}, typed: 'w'}],
      ['token', {path: ['workspace', 'token', 'get'], flags: {json: 'true'}, typed: 'x'}],
      ['organization id', {path: ['deployment', 'token'], flags: {'organization-id': undefined}, typed: ''}],
    ])
  })

  it('puts what was found before the fixed words of the same text, and never offers either twice', async () => {
    const found = [
      {text: 'DEPLOYMENT_ADMIN', description: 'Manages'},
      {text: 'deployer', description: 'Deploys'},
    ]
    const {candidates} = await completeLine('deployment token create --role ', async () => found)
    expect(candidates).to.deep.equal(found)
  })

  it('offers no name that looks like a flag, holds a token or does something to a terminal', async () => {
    const names = [
      'fine',
      '-f',
      'eyJhbGciOiJFZERTQSIsInR5cCI6Ik',
      'a\nb',
      'a\tb',
      '\u001b[31mred',
      'a\u202eb',
      'with blank',
    ]
    const found = async () => names.map((text) => ({text, description: ''}))
    const offered = async (typed: string) => (await completeLine(typed, found)).candidates.map(({text}) => text)
    expect(await offered('deployment token get ')).to.deep.equal(['fine', 'with blank'])
    expect(await offered('deployment token get -- ')).to.deep.equal(['fine', '-f', 'with blank'])
    expect(await offered('deployment token get --name ')).to.deep.equal(['fine', '-f', 'with blank'])
  })

  it('offers 200 candidates at most', async () => {
    const found = async () => Array.from({length: 1000}, (_, index) => ({text: `ci-${index}`, description: ''}))
    expect((await completeLine('deployment token get ', found)).candidates).to.have.length(200)
  })
})

const nothingFound = async () => []

/** Words are separated by single blanks. */
function completeLine(typed: string, lookUp: Parameters<typeof complete>[2]['lookUp'] = nothingFound) {
  const words = typed.split(' ')
  return complete(words.slice(0, -1), words.at(-1) ?? '', {cli: CLI, lookUp})
}
