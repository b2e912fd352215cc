/** Every place where a secret may appear. Extend it with a reason. */
export const SECRET_PLACES = new Set([
  // The commands that mint show the value once.
  'deployment:token:create stdout',
  'deployment:token:rotate stdout',
  'organization:token:create stdout',
  'organization:token:rotate stdout',
  'workspace:token:create stdout',
  'workspace:token:rotate stdout',
])

/**
 * How each command is run, with the tokens of secrets.test.ts; `SECRET` is the value of the token named `known` of this scope, and
 * `SECRET_FILE` holds it.
 */
export const SECRET_RUNS: Record<string, string[][]> = {
  completion: [['bash'], ['SECRET']],
  'deployment:list': [[], ['--json']],
  'deployment:token:create': [
    ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'],
    ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--json'],
    ['-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--unique-name'],
    ['--agent', '-n', 'new', '-e', '1', '--debug'],
    ['--agent', '-n', 'new', '-e', '1', '--json'],
  ],
  'deployment:token:delete': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f'],
    ['none', '-f'],
    ['-t', 'ops', '-f', '--debug'],
    ['-t', 'known', '--dry-run', '--debug'],
    ['--agent', '-t', 'agent', '-f', '--debug'],
  ],
  'deployment:token:get': [
    ['-t', 'known'],
    ['--token-file', 'SECRET_FILE', '--json'],
    ['SECRET'],
    ['--agent', '-t', 'agent', '--debug'],
  ],
  'deployment:token:list': [[], ['--json'], ['--ended'], ['--debug'], ['--agent'], ['--agent', '--json', '--debug']],
  'deployment:token:organization-token:add': [
    ['-n', 'free', '-r', 'DEPLOYMENT_ADMIN'],
    ['-n', 'free', '-r', 'DEPLOYMENT_ADMIN', '--dry-run', '--json', '--debug'],
    ['SECRET'],
  ],
  'deployment:token:organization-token:get': [['-n', 'ops'], ['-n', 'ops', '--json', '--debug'], ['SECRET']],
  'deployment:token:organization-token:list': [[], ['--json']],
  'deployment:token:organization-token:remove': [['-n', 'ops'], ['-n', 'ops', '--json', '--debug'], ['SECRET']],
  'deployment:token:organization-token:update': [
    ['-n', 'ops', '-r', 'deployer'],
    ['-n', 'ops', '-r', 'deployer', '--json', '--debug'],
  ],
  'deployment:token:rotate': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f', '--json'],
    ['SECRET', '-f'],
    ['Bearer SECRET', '-f'],
    ['--name', '"SECRET"', '-f'],
    ['-t', 'known', '-f', '--output', 'NEW_FILE'],
    ['-t', 'known', '-f', '--grace', '24h', '--debug'],
    ['-t', 'known', '--dry-run', '--debug'],
  ],
  'deployment:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['-t', 'known', '-n', 'renamed', '-r', 'deployer', '--json', '--debug'],
    ['SECRET', '-n', 'x'],
    ['--new-name', 'x', '--bogus', 'SECRET'],
  ],
  'deployment:token:workspace-token:add': [
    ['-n', 'loose', '-r', 'DEPLOYMENT_ADMIN'],
    ['-n', 'loose', '-r', 'DEPLOYMENT_ADMIN', '--json', '--debug'],
    ['SECRET'],
  ],
  'deployment:token:workspace-token:get': [['-n', 'team'], ['-n', 'team', '--json'], ['SECRET']],
  'deployment:token:workspace-token:list': [[], ['--json']],
  'deployment:token:workspace-token:remove': [['-n', 'team'], ['-n', 'team', '--json', '--debug'], ['SECRET']],
  'deployment:token:workspace-token:update': [
    ['-n', 'team', '-r', 'deployer'],
    ['-n', 'team', '-r', 'deployer', '--dry-run', '--debug'],
  ],
  help: [[], ['deployment']],
  'organization:list': [[], ['--json']],
  'organization:token:create': [
    ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1'],
    ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1', '--json', '--debug'],
  ],
  'organization:token:delete': [
    ['-t', 'known', '-f'],
    ['-t', 'known', '--dry-run', '--json', '--debug'],
    ['--token-file', 'SECRET_FILE', '-f'],
  ],
  'organization:token:get': [
    ['-t', 'known'],
    ['--token-file', 'SECRET_FILE', '--json', '--debug'],
  ],
  'organization:token:list': [[], ['--json'], ['--debug'], ['--all', '--debug'], ['--all', '--ended', '--json']],
  'organization:token:roles': [['--name', 'ops'], ['--name', 'ops', '--json', '--debug'], ['SECRET']],
  'organization:token:rotate': [
    ['-t', 'known', '-f', '--debug'],
    ['-t', 'known', '-f', '--json', '--end-all-values'],
    ['-t', 'known', '-f', '--grace', '24h', '--output', 'NEW_FILE'],
    ['-t', 'known', '--dry-run', '--json', '--debug'],
    ['SECRET', '-f'],
  ],
  'organization:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['-t', 'known', '-n', 'renamed', '-r', 'ORGANIZATION_MEMBER', '--json', '--debug'],
    ['SECRET', '-n', 'x'],
  ],

  'role:list': [[]],
  'service:deployment:create': [['staging']],
  'service:deployment:delete': [['default', '-f']],
  'service:deployment:list': [[]],
  'service:organization:create': [['acme']],
  'service:organization:delete': [['default', '-f']],
  'service:organization:list': [[]],
  'service:role:create': [['releaser']],
  'service:role:delete': [['deployer', '-f']],
  'service:role:list': [[]],
  // Stopped as soon as it runs; the ready file is gone by then.
  'service:start': [
    ['--port', '0'],
    ['--port', '0', '--json', '--debug'],
    ['--port', '0', '--ephemeral', '--ready-file', 'NEW_FILE', '--debug'],
    ['--port', 'SECRET'],
    ['--ready-file', 'SECRET'],
  ],
  'service:user:create': [['bob@example.com'], ['SECRET']],
  'service:user:delete': [['ann@example.com', '-f']],
  'service:user:list': [[]],
  'service:workspace:create': [['data']],
  'service:workspace:delete': [['default', '-f']],
  'service:workspace:list': [[]],
  'token:inspect': [
    ['--token-file', 'SECRET_FILE', '--json'],
    ['--token-file', 'SECRET_FILE'],
  ],
  'token:revoke': [
    ['--token-file', 'SECRET_FILE', '--dry-run', '--json', '--debug'],
    ['--token-file', 'SECRET_FILE', '-f', '--debug'],
    ['SECRET'],
  ],
  'token:verify': [['--token-file', 'SECRET_FILE', '--json'], ['--token-file', 'SECRET_FILE'], ['SECRET']],
  'workspace:list': [[], ['--json']],
  'workspace:token:add': [
    ['-n', 'free', '-r', 'WORKSPACE_MEMBER'],
    ['-n', 'free', '-r', 'WORKSPACE_MEMBER', '--json', '--debug'],
    ['SECRET'],
  ],
  'workspace:token:create': [
    ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1'],
    ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1', '--json', '--debug'],
  ],
  'workspace:token:delete': [
    ['-t', 'known', '-f'],
    ['-t', 'known', '--dry-run', '--json', '--debug'],
    ['--token-file', 'SECRET_FILE', '-f'],
  ],
  'workspace:token:get': [
    ['-t', 'known'],
    ['--token-file', 'SECRET_FILE', '--json', '--debug'],
  ],
  'workspace:token:list': [[], ['--json'], ['--debug']],
  'workspace:token:organization-token:add': [['-n', 'free', '-r', 'WORKSPACE_MEMBER'], ['SECRET']],
  'workspace:token:organization-token:get': [['-n', 'ops'], ['SECRET']],
  'workspace:token:organization-token:list': [[], ['--json']],
  'workspace:token:organization-token:remove': [['-n', 'ops'], ['-n', 'ops', '--json', '--debug'], ['SECRET']],
  'workspace:token:organization-token:update': [
    ['-n', 'ops', '-r', 'WORKSPACE_MEMBER'],
    ['-n', 'ops', '-r', 'WORKSPACE_MEMBER', '--dry-run', '--debug'],
  ],
  'workspace:token:rotate': [
    ['-t', 'known', '-f', '--debug'],
    ['-t', 'known', '-f', '--json', '--end-all-values'],
    ['-t', 'known', '-f', '--grace', '24h', '--output', 'NEW_FILE'],
    ['-t', 'known', '--dry-run', '--json', '--debug'],
    ['SECRET', '-f'],
  ],
  'workspace:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['-t', 'known', '-n', 'renamed', '-r', 'WORKSPACE_MEMBER', '--json', '--debug'],
    ['SECRET', '-n', 'x'],
  ],
}
