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

/** How each command is run; `SECRET_FILE` holds the value of a token named `known`. */
export const SECRET_RUNS: Record<string, string[][]> = {
  completion: [['bash'], ['SECRET']],
  'deployment:list': [[], ['--json']],
  'deployment:token:create': [
    ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'],
    ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--json'],
    ['-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--unique-name'],
  ],
  'deployment:token:delete': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f'],
    ['none', '-f'],
  ],
  'deployment:token:list': [[], ['--json'], ['--ended'], ['--debug']],
  'deployment:token:organization-token:add': [['-n', 'ops', '-r', 'DEPLOYMENT_ADMIN'], ['SECRET']],
  'deployment:token:organization-token:list': [[], ['--json']],
  'deployment:token:organization-token:remove': [['-n', 'known'], ['SECRET']],
  'deployment:token:organization-token:update': [['-n', 'known', '-r', 'DEPLOYMENT_ADMIN']],
  'deployment:token:rotate': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f', '--json'],
    ['SECRET', '-f'],
    ['Bearer SECRET', '-f'],
    ['--name', '"SECRET"', '-f'],
    ['-t', 'known', '-f', '--output', 'NEW_FILE'],
  ],
  'deployment:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['SECRET', '-n', 'x'],
    ['--new-name', 'x', '--bogus', 'SECRET'],
  ],
  'deployment:token:workspace-token:add': [['-n', 'team', '-r', 'DEPLOYMENT_ADMIN'], ['SECRET']],
  'deployment:token:workspace-token:list': [[], ['--json']],
  'deployment:token:workspace-token:remove': [['-n', 'known'], ['SECRET']],
  'deployment:token:workspace-token:update': [['-n', 'known', '-r', 'DEPLOYMENT_ADMIN']],
  help: [[], ['deployment']],
  'organization:list': [[], ['--json']],
  'organization:token:create': [
    ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1'],
    ['-n', 'new', '-r', 'ORGANIZATION_OWNER', '-e', '1', '--json', '--debug'],
  ],
  'organization:token:delete': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f'],
  ],
  'organization:token:list': [[], ['--json'], ['--debug']],
  'organization:token:roles': [['--name', 'new'], ['SECRET']],
  'organization:token:rotate': [
    ['-t', 'new', '-f', '--debug'],
    ['-t', 'new', '-f', '--json', '--end-all-values'],
    ['SECRET', '-f'],
  ],
  'organization:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['SECRET', '-n', 'x'],
  ],

  'role:list': [[]],
  'service:deployment:create': [['staging']],
  'service:deployment:delete': [['default', '-f']],
  'service:deployment:list': [[]],
  'service:organization:create': [['acme']],
  'service:organization:delete': [['default', '-f']],
  'service:organization:list': [[]],
  'service:role:create': [['deployer']],
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
  'service:user:create': [['ann@example.com'], ['SECRET']],
  'service:user:delete': [['ann@example.com', '-f']],
  'service:user:list': [[]],
  'service:workspace:create': [['data']],
  'service:workspace:delete': [['default', '-f']],
  'service:workspace:list': [[]],
  'token:inspect': [
    ['--token-file', 'SECRET_FILE', '--json'],
    ['--token-file', 'SECRET_FILE'],
  ],
  'token:verify': [['--token-file', 'SECRET_FILE', '--json'], ['--token-file', 'SECRET_FILE'], ['SECRET']],
  'workspace:list': [[], ['--json']],
  'workspace:token:add': [['-n', 'ops', '-r', 'WORKSPACE_MEMBER'], ['SECRET']],
  'workspace:token:create': [
    ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1'],
    ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1', '--json', '--debug'],
  ],
  'workspace:token:delete': [
    ['-t', 'known', '-f'],
    ['--token-file', 'SECRET_FILE', '-f'],
  ],
  'workspace:token:list': [[], ['--json'], ['--debug']],
  'workspace:token:organization-token:add': [['-n', 'ops', '-r', 'WORKSPACE_MEMBER'], ['SECRET']],
  'workspace:token:organization-token:list': [[], ['--json']],
  'workspace:token:organization-token:remove': [['-n', 'known'], ['SECRET']],
  'workspace:token:organization-token:update': [['-n', 'known', '-r', 'WORKSPACE_MEMBER']],
  'workspace:token:rotate': [
    ['-t', 'new', '-f', '--debug'],
    ['-t', 'new', '-f', '--json', '--end-all-values'],
    ['SECRET', '-f'],
  ],
  'workspace:token:update': [
    ['-t', 'known', '-n', 'renamed'],
    ['SECRET', '-n', 'x'],
  ],
}
