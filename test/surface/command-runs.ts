import type {COMMANDS} from '../../src/commands/index.ts'

/** One run of a command, in a new copy of the home folder that prepared-home.ts sets up. */
export interface CommandRun {
  /**
   * The words after the command. `SECRET` is the token named `known` of the command's scope,
   * `SECRET_FILE` a file with it, and `NEW_FILE` a file or a folder that does not exist yet.
   * Without `--json` and `--debug`: the tests add them.
   */
  argv: string[]
  /** Whether `SERVER_URL` in argv and `before` is the API of a vendor that accepts every token. */
  serves?: boolean
  /** Default: 0. */
  exitCode?: number
  /** Command lines to run first. */
  before?: string[]
  /** What is piped to the command, from the same token. Default: nothing. */
  stdin?: (secret: string) => string
  /** More variables. */
  env?: Record<string, string>
  /** How many days later than the set-up the command runs. Default: 0. */
  daysLater?: number
}

interface CommandRuns {
  /** Where a secret may appear. Default: nowhere. Give a reason. */
  secretIn?: ('stdout' | 'stderr' | 'credential file')[]
  runs: CommandRun[]
}

/** A context of each kind of credential; `local` is signed in to. */
const CONTEXTS = [
  'context add local --vendor astro --api-url SERVER_URL --workspace-id w1',
  'context add ci --vendor astro --credential-env CI_TOKEN',
  'context add op --vendor astro --credential-command true',
  'login --context local --credential-file SECRET_FILE',
]

const DELTASTREAM_CONTEXT =
  'context add ds --vendor deltastream --api-url SERVER_URL --organization acme --role sysadmin --database db --schema pub --store kafka'

const MOTHERDUCK_CONTEXT = 'context add md --vendor motherduck --api-url SERVER_URL'

/**
 * How the tests run every command. A command without an entry is a type error, and fails
 * surface.test.ts.
 */
export const COMMAND_RUNS: Record<keyof typeof COMMANDS, CommandRuns> = {
  completion: {runs: [{argv: ['bash']}, {argv: ['SECRET'], exitCode: 2}]},
  'context:add': {
    runs: [
      {argv: ['prod', '--vendor', 'astro', '--workspace-id', 'w1']},
      {argv: ['ci', '--vendor', 'astro', '--api-url', 'https://tokens.example.com/v1', '--credential-env', 'CI_TOKEN']},
      {argv: ['op', '--vendor', 'astro', '--credential-command', 'op read op://vault/ci/token']},
      {argv: ['SECRET', '--vendor', 'astro'], exitCode: 2},
      {argv: ['prod', '--vendor', 'astro', '--api-url', 'https://SECRET@example.com/v1'], exitCode: 2},
      {argv: ['prod', '--vendor', 'astro', '--credential-env', 'SECRET'], exitCode: 2},
      {argv: ['prod', '--vendor', 'astro', '--credential-command', 'echo SECRET'], exitCode: 2},
    ],
  },
  'context:list': {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [{argv: [], before: CONTEXTS, serves: true}],
  },
  'context:remove': {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: ['local'], before: CONTEXTS, serves: true},
      {argv: ['ci'], before: CONTEXTS, serves: true},
      {argv: ['op'], before: CONTEXTS, serves: true},
      {argv: ['none'], exitCode: 6},
    ],
  },
  'context:show': {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: []},
      {argv: ['local'], before: CONTEXTS, serves: true},
      {argv: ['ci'], before: CONTEXTS, serves: true},
      {argv: ['op'], before: CONTEXTS, serves: true},
      {argv: ['--context', 'local'], before: CONTEXTS, serves: true},
      {argv: ['none'], exitCode: 6},
      {argv: [], env: {ASTRO_API_TOKEN: ''}, exitCode: 9},
    ],
  },
  'context:use': {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: ['local'], before: CONTEXTS, serves: true},
      {argv: ['ci'], before: CONTEXTS, serves: true},
      {argv: ['op'], before: CONTEXTS, serves: true},
      {argv: ['embedded']},
      {argv: ['none'], exitCode: 6},
    ],
  },
  'deltastream:role:create': {
    runs: [{argv: ['analyst']}, {argv: ['deployer'], exitCode: 7}, {argv: ['SECRET'], exitCode: 2}],
  },
  'deltastream:role:drop': {
    runs: [
      {argv: ['deployer', '-f']},
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['none', '-f'], exitCode: 6},
      {argv: ['public', '-f'], exitCode: 5},
    ],
  },
  'deltastream:role:list': {runs: [{argv: []}]},
  'deltastream:sql': {
    // CREATE and ALTER return the secret in their result, once.
    secretIn: ['stdout'],
    runs: [
      {argv: ["LIST API_TOKENS; CREATE API_TOKEN x WITH ('token.role_name' = sysadmin);"]},
      {argv: ['ALTER API_TOKEN known RENEW TOKEN;', '--output', 'NEW_FILE']},
      {argv: ['LIST ROLES; ALTER API_TOKEN known RENEW TOKEN; DROP API_TOKEN none;'], exitCode: 6},
      {argv: ['LIST API_TOKENS; SELECT 1;'], exitCode: 2},
      {argv: ['-a', 'SECRET'], stdin: () => 'LIST API_TOKENS;'},
      {argv: [], stdin: (secret) => `SELECT '${secret}';`, exitCode: 2},
      {argv: ['SELECT SECRET;'], exitCode: 2},
      {argv: ['LIST ROLES;', '--database', 'SECRET'], exitCode: 2},
    ],
  },
  'deltastream:token:create': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['new', '-r', 'sysadmin']},
      {argv: ['-n', 'new', '-r', 'deployer', '-e', '12w', '--output', 'NEW_FILE']},
      {argv: ['new', '-r', 'public', '--expires-in-days', '1', '--token', 'SECRET']},
      {argv: ['new', '-r', 'public', '-a', '-'], stdin: (secret) => secret},
      {argv: ['known', '-r', 'sysadmin'], exitCode: 7},
      {argv: ['new', '-r', 'none'], exitCode: 6},
      {argv: ['new', '-r', 'public', '--dry-run']},
      {argv: ['known', '-r', 'sysadmin', '--dry-run'], exitCode: 7},
      {argv: ['new', '-r', 'none', '--dry-run'], exitCode: 6},
      {argv: ['new', '-r', 'orgadmin', '-a', 'SECRET'], exitCode: 5},
      {argv: ['SECRET', '-r', 'sysadmin'], exitCode: 2},
      {argv: ['new', '-r', 'SECRET'], exitCode: 2},
    ],
  },
  'deltastream:token:drop': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['known', '-f']},
      {argv: ['known', '--dry-run']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['known', '-f', '-a', 'SECRET'], exitCode: 2},
      {argv: ['known', '-f', '-a', 'SECRET', '--self']},
      {argv: ['none', '-f'], exitCode: 6},
      {argv: ['SECRET', '-f'], exitCode: 2},
      {argv: ['known', 'none', '-f'], exitCode: 9},
      {argv: ['known', 'none', '--dry-run', '--ignore-not-found']},
    ],
  },
  'deltastream:token:get': {
    runs: [
      {argv: ['known']},
      {argv: ['-n', 'rotated']},
      {argv: ['--token-file', 'SECRET_FILE']},
      {argv: ['none'], exitCode: 6},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'deltastream:token:list': {
    runs: [{argv: []}, {argv: ['--ended']}, {argv: ['--credential-file', 'SECRET_FILE']}],
  },
  'deltastream:token:renew': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['known', '-f']},
      {argv: ['--token-file', 'SECRET_FILE', '-f', '--grace', '24h']},
      {argv: ['rotated', '-f', '--end-all-values', '--output', 'NEW_FILE']},
      {argv: ['known', 'none', '-f', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['known', 'none', '--dry-run', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['rotated', '-f'], exitCode: 7},
      {argv: ['known', '-f', '-a', 'SECRET']},
      {argv: ['known', '--dry-run']},
      {argv: ['none', '-f'], exitCode: 6},
    ],
  },
  'deltastream:whoami': {
    runs: [
      {argv: []},
      {argv: ['--check', '-a', 'SECRET']},
      {argv: ['--check', '-a', 'SECRET', '--context', 'ds'], before: [DELTASTREAM_CONTEXT], serves: true},
    ],
  },
  'deployment:list': {runs: [{argv: []}]},
  'deployment:token:create': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1']},
      {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN']},
      {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--output', 'NEW_FILE']},
      {argv: ['-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--unique-name'], exitCode: 7},
      {argv: ['--agent', '-n', 'new', '-e', '1']},
      {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--dry-run']},
      {argv: ['-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--unique-name', '--dry-run'], exitCode: 7},
      {argv: ['--agent', '-n', 'new', '--dry-run']},
    ],
  },
  'deployment:token:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['-t', 'known', '-f']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['none', '-f'], exitCode: 6},
      {argv: ['-t', 'ops', '-f']},
      {argv: ['-t', 'known', '--dry-run']},
      {argv: ['--agent', '-t', 'agent', '-f']},
      {argv: ['known', 'ops', '-f']},
      {argv: ['known', 'none', '--dry-run', '--ignore-not-found']},
      {argv: ['known', 'none', '-f'], exitCode: 9},
      {argv: ['known', 'SECRET', '-f'], exitCode: 2},
    ],
  },
  'deployment:token:get': {
    runs: [
      {argv: ['-t', 'known']},
      {argv: ['-t', 'rotated']},
      {argv: ['--token-file', 'SECRET_FILE']},
      {argv: ['SECRET'], exitCode: 2},
      {argv: ['--agent', '-t', 'agent']},
    ],
  },
  'deployment:token:list': {
    runs: [{argv: []}, {argv: ['--ended']}, {argv: ['--agent']}],
  },
  'deployment:token:organization-token:add': {
    runs: [
      {argv: ['-n', 'free', '-r', 'DEPLOYMENT_ADMIN']},
      {argv: ['-n', 'free', '-r', 'DEPLOYMENT_ADMIN', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'deployment:token:organization-token:get': {
    runs: [{argv: ['-n', 'ops']}, {argv: ['SECRET'], exitCode: 2}],
  },
  'deployment:token:organization-token:list': {runs: [{argv: []}]},
  'deployment:token:organization-token:remove': {
    runs: [
      {argv: ['-n', 'none', '--ignore-not-found']},
      {argv: ['-n', 'ops']},
      {argv: ['-n', 'ops', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'deployment:token:organization-token:update': {
    runs: [{argv: ['-n', 'ops', '-r', 'deployer']}, {argv: ['-n', 'ops', '-r', 'deployer', '--dry-run']}],
  },
  'deployment:token:rotate': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['-t', 'known', '-f']},
      {argv: ['-t', 'endless', '-f']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['SECRET', '-f'], exitCode: 2},
      {argv: ['Bearer SECRET', '-f'], exitCode: 2},
      {argv: ['--name', '"SECRET"', '-f'], exitCode: 2},
      {argv: ['-t', 'known', '-f', '--output', 'NEW_FILE']},
      {argv: ['known', 'none', '-f', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['known', 'endless', '--dry-run', '--output-dir', 'NEW_FILE']},
      {argv: ['-t', 'known', '-f', '--grace', '24h']},
      {argv: ['-t', 'known', '--dry-run']},
    ],
  },
  'deployment:token:update': {
    runs: [
      {argv: ['-t', 'known', '-n', 'renamed']},
      {argv: ['-t', 'known', '-n', 'renamed', '-r', 'deployer']},
      {argv: ['-t', 'known', '-n', 'renamed', '--dry-run']},
      {argv: ['SECRET', '-n', 'x'], exitCode: 2},
      {argv: ['--new-name', 'x', '--bogus', 'SECRET'], exitCode: 2},
    ],
  },
  'deployment:token:workspace-token:add': {
    runs: [
      {argv: ['-n', 'loose', '-r', 'DEPLOYMENT_ADMIN']},
      {argv: ['-n', 'loose', '-r', 'DEPLOYMENT_ADMIN', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'deployment:token:workspace-token:get': {runs: [{argv: ['-n', 'team']}, {argv: ['SECRET'], exitCode: 2}]},
  'deployment:token:workspace-token:list': {runs: [{argv: []}]},
  'deployment:token:workspace-token:remove': {
    runs: [
      {argv: ['-n', 'none', '--ignore-not-found']},
      {argv: ['-n', 'team']},
      {argv: ['-n', 'team', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'deployment:token:workspace-token:update': {
    runs: [{argv: ['-n', 'team', '-r', 'deployer']}, {argv: ['-n', 'team', '-r', 'deployer', '--dry-run']}],
  },
  help: {runs: [{argv: []}, {argv: ['deployment']}, {argv: ['exit-codes']}, {argv: ['environment']}]},
  login: {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: ['--context', 'local', '--credential-file', 'SECRET_FILE'], before: CONTEXTS, serves: true},
      {
        argv: ['--context', 'local', '--credential-file', '-'],
        before: CONTEXTS,
        serves: true,
        stdin: (secret) => secret,
      },
      // A token of a tokenry installation is not sent to the vendor.
      {argv: ['--vendor', 'astro', '--credential-file', 'SECRET_FILE'], exitCode: 3},
      {argv: ['--context', 'local', '--credential-file', 'SECRET'], exitCode: 2},
    ],
  },
  logout: {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: ['--context', 'local'], before: CONTEXTS, serves: true},
      {argv: ['--vendor', 'astro'], before: CONTEXTS, serves: true},
    ],
  },
  'motherduck:account:list': {
    runs: [{argv: []}, {argv: ['--token', 'SECRET', '--context', 'md'], before: [MOTHERDUCK_CONTEXT], serves: true}],
  },
  'motherduck:duckling:get': {runs: [{argv: ['--user', 'admin']}, {argv: ['--user', 'none'], exitCode: 6}]},
  'motherduck:duckling:set': {
    runs: [
      {argv: ['--user', 'etl', '--read-write', 'jumbo', '--flock-size', '2']},
      {argv: ['--user', 'etl', '--read-write', 'jumbo', '--dry-run']},
      {argv: [], exitCode: 2},
    ],
  },
  'motherduck:token:create': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['--user', 'etl', '-n', 'new', '-e', '1h']},
      {argv: ['--user', 'etl', '-n', 'new', '--type', 'read_scaling', '-d', 'for BI']},
      {argv: ['--user', 'etl', '-n', 'new', '--ttl', '3600', '--output', 'NEW_FILE']},
      {argv: ['--user', 'etl', '-n', 'known', '-e', '1h', '--unique-name'], exitCode: 7},
      {argv: ['--user', 'etl', '-n', 'SECRET', '-e', '1h'], exitCode: 2},
      {argv: ['--user', 'etl', '-n', 'new', '-e', '1h', '-d', 'for BI', '--dry-run']},
      {argv: ['--user', 'etl', '-n', 'known', '-e', '1h', '--unique-name', '--dry-run'], exitCode: 7},
      {argv: ['-n', 'new', '-e', '1h', '--token', 'SECRET', '--user', 'etl']},
      {argv: ['-n', 'new', '-e', '1h', '--token', '-', '--user', 'admin'], stdin: (secret) => secret},
    ],
  },
  'motherduck:token:delete': {
    runs: [
      {argv: ['none', '--user', 'etl', '-f', '--ignore-not-found']},
      {argv: ['-n', 'known', '--user', 'etl', '-f']},
      {argv: ['known', '--user', 'etl', '--dry-run']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['none', '--user', 'etl', '-f'], exitCode: 6},
      {argv: ['SECRET', '-f'], exitCode: 2},
      {argv: ['known', 'none', '--user', 'etl', '-f'], exitCode: 9},
      {argv: ['known', 'none', '--user', 'etl', '--dry-run', '--ignore-not-found']},
    ],
  },
  'motherduck:token:get': {
    runs: [
      {argv: ['known', '--user', 'etl']},
      {argv: ['-n', 'rotated', '--user', 'etl']},
      {argv: ['--token-file', 'SECRET_FILE']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'motherduck:token:list': {
    runs: [
      {argv: ['--user', 'etl']},
      {argv: ['--user', 'etl', '--ended']},
      {argv: ['--all-users']},
      {argv: ['--user', 'SECRET'], exitCode: 2},
    ],
  },
  'motherduck:token:rotate': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['known', '--user', 'etl']},
      {argv: ['known', '--user', 'etl', '--revoke-old', '-f']},
      {argv: ['known', '--user', 'etl', '--grace', '24h', '-f']},
      {argv: ['known', '--user', 'etl', '--dry-run']},
      {argv: ['known', '--user', 'etl', '--output', 'NEW_FILE']},
      {argv: ['known', 'none', '--user', 'etl', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['known', 'none', '--user', 'etl', '--dry-run', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['--token-file', 'SECRET_FILE', '--revoke-old', '-f']},
    ],
  },
  'motherduck:user:create': {runs: [{argv: ['bi_reader']}, {argv: ['x'], exitCode: 2}]},
  'motherduck:user:delete': {
    runs: [
      {argv: ['etl', '-f', '--confirm', 'etl']},
      {argv: ['none', '-f', '--confirm', 'none', '--ignore-not-found']},
      {argv: ['etl', '-f'], exitCode: 2},
    ],
  },
  'motherduck:user:list': {runs: [{argv: []}, {argv: ['--kind', 'service-account']}, {argv: ['--deprovisioned']}]},
  'motherduck:whoami': {runs: [{argv: []}, {argv: ['--token', 'SECRET']}]},
  'organization:list': {runs: [{argv: []}]},
  'organization:token:create': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1']},
      {argv: ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1', '--output', 'NEW_FILE']},
      {argv: ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1', '--dry-run']},
    ],
  },
  'organization:token:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['-t', 'known', '-f']},
      {argv: ['-t', 'known', '--dry-run']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['known', 'none', '-f'], exitCode: 9},
      {argv: ['known', 'none', '--dry-run', '--ignore-not-found']},
    ],
  },
  'organization:token:get': {
    runs: [{argv: ['-t', 'known']}, {argv: ['--token-file', 'SECRET_FILE']}],
  },
  'organization:token:list': {
    runs: [{argv: []}, {argv: ['--all']}, {argv: ['--all', '--ended']}],
  },
  'organization:token:roles': {
    runs: [{argv: ['--name', 'ops']}, {argv: ['SECRET'], exitCode: 2}],
  },
  'organization:token:rotate': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['-t', 'known', '-f']},
      {argv: ['-t', 'known', '-f', '--end-all-values']},
      {argv: ['-t', 'known', '-f', '--grace', '24h', '--output', 'NEW_FILE']},
      {argv: ['known', 'none', '-f', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['known', 'none', '--dry-run', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['-t', 'known', '--dry-run']},
      {argv: ['SECRET', '-f'], exitCode: 2},
    ],
  },
  'organization:token:update': {
    runs: [
      {argv: ['-t', 'known', '-n', 'renamed']},
      {argv: ['-t', 'known', '-n', 'renamed', '-r', 'ORGANIZATION_MEMBER']},
      {argv: ['-t', 'known', '-n', 'renamed', '--dry-run']},
      {argv: ['SECRET', '-n', 'x'], exitCode: 2},
    ],
  },
  'role:list': {runs: [{argv: []}]},
  'service:deployment:create': {runs: [{argv: ['staging']}]},
  'service:deployment:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['default', '--dry-run']},
      {argv: ['default', '-f'], exitCode: 2},
      {argv: ['default', '-f', '--confirm', 'default']},
    ],
  },
  'service:deployment:list': {runs: [{argv: []}]},
  'service:organization:create': {runs: [{argv: ['acme']}]},
  'service:organization:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['acme', '-f'], before: ['service organization create acme']},
      // The only organization there is.
      {argv: ['default', '-f', '--confirm', 'default'], exitCode: 7},
      {argv: ['default', '--dry-run']},
    ],
  },
  'service:organization:list': {runs: [{argv: []}]},
  'service:role:create': {runs: [{argv: ['releaser', '--description', 'Releases']}]},
  'service:role:delete': {
    runs: [{argv: ['none', '-f', '--ignore-not-found']}, {argv: ['deployer', '-f']}, {argv: ['deployer', '--dry-run']}],
  },
  'service:role:list': {runs: [{argv: []}]},
  // The tests stop it as soon as it runs. It has removed its ready file by then.
  'service:start': {
    runs: [
      {argv: ['--port', '0']},
      {argv: ['--port', '0', '--ephemeral', '--ready-file', 'NEW_FILE']},
      {argv: ['--port', 'SECRET'], exitCode: 2},
      {argv: ['--ready-file', 'SECRET'], exitCode: 2},
    ],
  },
  'service:user:create': {runs: [{argv: ['bob@example.com']}, {argv: ['SECRET'], exitCode: 2}]},
  'service:user:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['ann@example.com', '-f']},
      {argv: ['ann@example.com', '--dry-run']},
    ],
  },
  'service:user:list': {runs: [{argv: []}]},
  'service:workspace:create': {runs: [{argv: ['data', '--description', 'Pipelines']}]},
  'service:workspace:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['default', '--dry-run']},
      {argv: ['default', '-f'], exitCode: 2},
      {argv: ['default', '-f', '--confirm', 'default']},
    ],
  },
  'service:workspace:list': {runs: [{argv: []}]},
  'token:inspect': {
    runs: [
      {argv: ['--token-file', 'SECRET_FILE']},
      {argv: ['--token-file', '-'], stdin: (secret) => secret},
      {argv: ['--token-file', '-'], stdin: () => jwtOf({exp: 'no time', aud: {nested: [1]}})},
      {argv: ['--token-file', '-'], stdin: () => 'no JWT', exitCode: 10},
      {argv: ['--token-file', 'SECRET_FILE', '--valid-for', '60d'], exitCode: 10},
    ],
  },
  'token:list': {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: []},
      {argv: ['--ended']},
      {argv: ['--vendor', 'motherduck', '--sort', '-name']},
      {argv: ['--context', 'local'], before: CONTEXTS, serves: true},
      {argv: [], env: {ASTRO_API_TOKEN: ''}, exitCode: 9},
      {argv: ['--vendor', 'SECRET'], exitCode: 2},
    ],
  },
  'token:revoke': {
    runs: [
      {argv: ['--token-file', 'SECRET_FILE', '--ignore-not-found'], before: ['deployment token delete -t known -f']},
      {argv: ['--token-file', 'SECRET_FILE', '--dry-run']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['--token-file', '-', '-f'], stdin: (secret) => secret},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'token:verify': {
    runs: [
      // From TOKENRY_VERIFY_TOKEN, which has the secret in every run.
      {argv: []},
      {argv: ['--token-file', 'SECRET_FILE']},
      {argv: ['SECRET'], exitCode: 2},
      {argv: ['--token-file', '-'], stdin: () => 'no JWT', exitCode: 10},
      {argv: ['--token-file', '-'], stdin: () => jwtOf({iss: 'another service'}), exitCode: 10},
      {argv: ['--token-file', '-'], stdin: (secret) => `${secret.slice(0, -6)}AAAAAA`, exitCode: 10},
      {argv: ['--token-file', 'SECRET_FILE', '--valid-for', '60d'], exitCode: 10},
      {argv: ['--token-file', 'SECRET_FILE'], daysLater: 31, exitCode: 10},
      {argv: ['--token-file', 'SECRET_FILE'], before: ['deployment token rotate -t known -f'], exitCode: 10},
      {argv: ['--token-file', 'SECRET_FILE'], before: ['deployment token delete -t known -f'], exitCode: 10},
    ],
  },
  whoami: {
    // What login has stored stays there.
    secretIn: ['credential file'],
    runs: [
      {argv: []},
      {argv: ['--context', 'local'], before: CONTEXTS, serves: true},
      {argv: ['--context', 'local', '--check'], before: CONTEXTS, serves: true},
      {argv: ['--context', 'op'], before: CONTEXTS, serves: true},
      {argv: ['--context', 'op', '--check'], before: CONTEXTS, serves: true, exitCode: 3},
      {argv: ['--context', 'ci'], before: CONTEXTS, serves: true, exitCode: 3},
    ],
  },
  'workspace:list': {runs: [{argv: []}]},
  'workspace:token:add': {
    runs: [
      {argv: ['-n', 'free', '-r', 'WORKSPACE_MEMBER']},
      {argv: ['-n', 'free', '-r', 'WORKSPACE_MEMBER', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'workspace:token:create': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1']},
      {argv: ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1', '--output', 'NEW_FILE']},
      {argv: ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1', '-d', 'text', '--dry-run']},
    ],
  },
  'workspace:token:delete': {
    runs: [
      {argv: ['none', '-f', '--ignore-not-found']},
      {argv: ['-t', 'known', '-f']},
      {argv: ['-t', 'known', '--dry-run']},
      {argv: ['--token-file', 'SECRET_FILE', '-f']},
      {argv: ['known', 'none', '-f'], exitCode: 9},
      {argv: ['known', 'none', '--dry-run', '--ignore-not-found']},
    ],
  },
  'workspace:token:get': {
    runs: [{argv: ['-t', 'known']}, {argv: ['--token-file', 'SECRET_FILE']}],
  },
  'workspace:token:list': {runs: [{argv: []}]},
  'workspace:token:organization-token:add': {
    runs: [
      {argv: ['-n', 'free', '-r', 'WORKSPACE_MEMBER']},
      {argv: ['-n', 'free', '-r', 'WORKSPACE_MEMBER', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'workspace:token:organization-token:get': {runs: [{argv: ['-n', 'ops']}, {argv: ['SECRET'], exitCode: 2}]},
  'workspace:token:organization-token:list': {runs: [{argv: []}]},
  'workspace:token:organization-token:remove': {
    runs: [
      {argv: ['-n', 'none', '--ignore-not-found']},
      {argv: ['-n', 'ops']},
      {argv: ['-n', 'ops', '--dry-run']},
      {argv: ['SECRET'], exitCode: 2},
    ],
  },
  'workspace:token:organization-token:update': {
    runs: [
      {argv: ['-n', 'ops', '-r', 'WORKSPACE_MEMBER']},
      {argv: ['-n', 'ops', '-r', 'WORKSPACE_MEMBER', '--dry-run']},
    ],
  },
  'workspace:token:rotate': {
    // A command that mints shows the secret once.
    secretIn: ['stdout'],
    runs: [
      {argv: ['-t', 'known', '-f']},
      {argv: ['-t', 'known', '-f', '--end-all-values']},
      {argv: ['-t', 'known', '-f', '--grace', '24h', '--output', 'NEW_FILE']},
      {argv: ['known', 'none', '-f', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['known', 'none', '--dry-run', '--output-dir', 'NEW_FILE'], exitCode: 9},
      {argv: ['-t', 'known', '--dry-run']},
      {argv: ['SECRET', '-f'], exitCode: 2},
    ],
  },
  'workspace:token:update': {
    runs: [
      {argv: ['-t', 'known', '-n', 'renamed']},
      {argv: ['-t', 'known', '-n', 'renamed', '-r', 'WORKSPACE_MEMBER']},
      {argv: ['-t', 'known', '-n', 'renamed', '--dry-run']},
      {argv: ['SECRET', '-n', 'x'], exitCode: 2},
    ],
  },
}

function jwtOf(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({alg: 'none'})}.${part(claims)}.${'x'.repeat(43)}`
}
