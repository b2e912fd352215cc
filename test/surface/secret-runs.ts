/** Every place where a secret may appear. Extend it with a reason. */
export const SECRET_PLACES = new Set([
  // The two commands that mint show the value once.
  'deployment:token:create stdout',
  'deployment:token:rotate stdout',
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
  help: [[], ['deployment']],
  'role:list': [[]],
  'service:deployment:create': [['staging']],
  'service:deployment:delete': [['default', '-f']],
  'service:deployment:list': [[]],
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
  'token:inspect': [
    ['--token-file', 'SECRET_FILE', '--json'],
    ['--token-file', 'SECRET_FILE'],
  ],
  'token:verify': [['--token-file', 'SECRET_FILE', '--json'], ['--token-file', 'SECRET_FILE'], ['SECRET']],
}
