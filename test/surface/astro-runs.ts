import type {COMMANDS} from '../../src/commands/index.ts'
import type {ScriptedAnswer} from '../support/scripted-prompter.ts'
import {COMMAND_RUNS, type CommandRun} from './command-runs.ts'

/**
 * One run of a command on each implementation of Astro's API. In `argv`, `{ops}` is the id of the
 * token `ops`, `{known}` that of the token with this name in the command's scope, `{workspace-id}`
 * the id of the only workspace.
 */
export interface AstroRun extends Pick<CommandRun, 'argv' | 'exitCode'> {
  /** The token whose secret `SECRET_FILE` holds. Default: `known` of the command's scope. */
  secretOf?: string
  /** What replaces that secret. */
  changeSecret?: (secret: string) => string
  /** What a person at a terminal answers. */
  answers?: ScriptedAnswer[]
  /** What is different over HTTP, because Astro's API cannot do what the command asks for. */
  overHttp?: Difference
}

interface Difference {
  /** Default: the same as on the embedded service. */
  exitCode?: number
  /** Part of the output, which is not compared further. */
  words: string
  why: string
}

export type AstroId = Extract<
  keyof typeof COMMANDS,
  `${'deployment' | 'workspace' | 'organization' | 'role'}:${string}`
>

/** Flags that need more than Astro's API, and what the refusal says. */
const BEYOND_ASTRO: Record<string, string> = {
  '--ended': 'cannot list tokens that have ended',
  '--grace': 'cannot keep the old secret valid',
  '--end-all-values': 'cannot have an older secret in grace',
}

const TWO_STEPS = 'cannot check'
const NOT_PROVEN = 'Astro cannot be asked whether a secret is the current one of its token'

const UNKNOWN = 'cnosuchtoken0000000000000'

/** Runs that every group of token commands refuses. */
function refusals(verb: string): AstroRun[] {
  const flags = {rotate: ['-f'], delete: ['-f'], update: ['-n', 'x']}[verb] ?? []
  return [
    {argv: [UNKNOWN, ...flags], exitCode: 6},
    {argv: ['-t', 'missing', ...flags], exitCode: 6},
    {argv: ['-t', 'twin', ...flags], exitCode: 7},
    {argv: ['{known}', '-t', 'twin', ...flags], exitCode: 2},
    {argv: flags, exitCode: 2},
    {argv: ['-t', 'known', '--organization-id', 'nowhere', ...flags], exitCode: 6},
  ]
}

/**
 * Runs that a group of commands for tokens of a wider scope refuses. `wide` is a token of this
 * scope, `other` is not.
 */
function grantRefusals(verb: string, wide: string, other: string): AstroRun[] {
  const role = verb === 'remove' || verb === 'get' ? [] : ['-r', 'DEPLOYMENT_ADMIN']
  return [
    {argv: [UNKNOWN, ...role], exitCode: 6},
    {argv: ['-n', 'missing', ...role], exitCode: 6},
    {argv: [`{${other}}`, ...role], exitCode: 6},
    {argv: role, exitCode: 2},
    ...(verb === 'add' || verb === 'update'
      ? [
          {argv: ['-n', wide, '-r', 'NO_ROLE'], exitCode: 2},
          {argv: ['-n', wide], exitCode: 2},
        ]
      : []),
  ]
}

const MORE_RUNS: Partial<Record<AstroId, AstroRun[]>> = {
  'deployment:list': [{argv: ['--workspace-id', '{workspace-id}']}, {argv: ['--workspace-id', 'nowhere'], exitCode: 6}],
  'workspace:list': [{argv: ['--organization-id', 'nowhere'], exitCode: 6}],
  'role:list': [{argv: ['--scope', 'DEPLOYMENT']}, {argv: ['--scope', 'NO_SCOPE'], exitCode: 2}],
  'deployment:token:create': [
    {argv: ['-n', 'new', '-r', 'deployer', '-e', '3650', '-d', 'What "it" does: ü & <b>']},
    {argv: ['-n', 'known', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--kind', 'DIRECT_ACCESS']},
    {
      argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--unique-name'],
      overHttp: {words: TWO_STEPS, why: 'creating checks no name'},
    },
    {argv: ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1'], exitCode: 2},
    {argv: ['-n', 'new', '-r', 'deployerr', '-e', '1'], exitCode: 2},
    {argv: ['-r', 'DEPLOYMENT_ADMIN', '-e', '1'], exitCode: 2},
    {argv: ['-n', 'new', '-e', '1'], exitCode: 2},
    {argv: ['-n', ' ', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'], exitCode: 2},
    {argv: ['-n', 'x'.repeat(257), '-r', 'DEPLOYMENT_ADMIN', '-e', '1'], exitCode: 2},
    {argv: ['-n', 'new', '-d', 'x'.repeat(501), '-r', 'DEPLOYMENT_ADMIN', '-e', '1'], exitCode: 2},
    {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '3651'], exitCode: 2},
    {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '12h'], exitCode: 2},
    {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--deployment-id', 'nowhere'], exitCode: 6},
    {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1', '--workspace-id', 'nowhere'], exitCode: 6},
  ],
  'deployment:token:delete': [
    ...refusals('delete'),
    {argv: ['-t', 'known'], exitCode: 2},
    {argv: ['{free}', '-f'], exitCode: 6},
    {argv: ['--token-file', 'SECRET_FILE', '-f'], secretOf: 'workspace', exitCode: 6},
    {argv: ['-t', 'known', '-f', '--unused-for', '1h'], overHttp: {words: TWO_STEPS, why: 'deleting checks no use'}},
    {
      argv: [],
      answers: [
        {to: 'Which', answer: 'known'},
        {to: 'Delete', answer: true},
      ],
    },
    {
      argv: [],
      answers: [
        {to: 'Which', answer: 'known'},
        {to: 'Delete', answer: false},
      ],
      exitCode: 130,
    },
  ],
  'deployment:token:get': [
    ...refusals('get'),
    {argv: ['{known}', '--token-file', 'SECRET_FILE']},
    {argv: ['--token-file', 'SECRET_FILE'], changeSecret: () => 'no token', exitCode: 2},
    {
      argv: ['--token-file', 'SECRET_FILE'],
      secretOf: 'deleted',
      exitCode: 6,
      overHttp: {words: '(unknown)', why: 'a deleted token is not listed'},
    },
    {
      argv: ['--token-file', 'SECRET_FILE'],
      secretOf: 'rotated',
      exitCode: 6,
      overHttp: {exitCode: 0, words: 'rotated', why: NOT_PROVEN},
    },
    {
      argv: ['--token-file', 'SECRET_FILE'],
      changeSecret: (secret) => secret.slice(0, -6),
      exitCode: 2,
      overHttp: {exitCode: 0, words: 'known', why: NOT_PROVEN},
    },
    {argv: ['--agent', '--token-file', 'SECRET_FILE'], secretOf: 'agent'},
    {argv: ['--token-file', 'SECRET_FILE'], secretOf: 'agent', exitCode: 6},
    {argv: [], answers: [{to: 'Which', answer: 'endless'}]},
  ],
  'deployment:token:list': [
    {argv: ['--sort', '-name', '--no-header']},
    {argv: ['--role', 'DEPLOYMENT_ADMIN', '--expiring-within', '30d']},
    {argv: ['--unused-for', '1d', '--not-rotated-for', '1d']},
    {argv: ['--kind', 'DIRECT_ACCESS']},
    {argv: ['--sort', 'nothing'], exitCode: 2},
    {argv: ['--deployment-id', 'nowhere'], exitCode: 6},
  ],
  'deployment:token:rotate': [
    ...refusals('rotate'),
    {argv: ['-t', 'known'], exitCode: 2},
    {argv: ['-t', 'ops', '-f'], exitCode: 2},
    {argv: ['-t', 'agent', '-f'], exitCode: 6},
    {argv: ['-t', 'known'], answers: [{to: 'Rotate', answer: true}]},
  ],
  'deployment:token:update': [
    ...refusals('update'),
    {argv: ['-t', 'known', '-d', 'About it']},
    {argv: ['-t', 'known', '-n', 'known']},
    {argv: ['-t', 'known', '-r', 'NO_ROLE'], exitCode: 2},
    {argv: ['-t', 'ops', '-r', 'deployer']},
    {argv: ['-t', 'ops', '-n', 'x'], exitCode: 2},
    {argv: ['-t', 'known'], exitCode: 2},
  ],
  'workspace:token:create': [
    {argv: ['-n', 'new', '-r', 'DEPLOYMENT_ADMIN', '-e', '1'], exitCode: 2},
    {argv: ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1', '--workspace-id', 'nowhere'], exitCode: 6},
  ],
  'workspace:token:delete': [...refusals('delete'), {argv: ['-t', 'ops', '-f']}],
  'workspace:token:get': [
    ...refusals('get'),
    {argv: ['--token-file', 'SECRET_FILE'], secretOf: 'deployment', exitCode: 6},
  ],
  'workspace:token:list': [{argv: ['--sort', 'role']}, {argv: ['--workspace-id', 'nowhere'], exitCode: 6}],
  'workspace:token:rotate': [...refusals('rotate'), {argv: ['-t', 'ops', '-f'], exitCode: 2}],
  'workspace:token:update': [...refusals('update'), {argv: ['-t', 'known', '-r', 'DEPLOYMENT_ADMIN'], exitCode: 2}],
  'workspace:token:add': grantRefusals('add', 'ops', 'team'),
  'organization:token:create': [{argv: ['-n', 'new', '-r', 'WORKSPACE_OWNER', '-e', '1'], exitCode: 2}],
  'organization:token:delete': [...refusals('delete'), {argv: ['{team}', '-f'], exitCode: 6}],
  'organization:token:get': [...refusals('get'), {argv: ['{known of deployment}'], exitCode: 6}],
  'organization:token:list': [
    {argv: ['--all', '--sort', 'scope']},
    {argv: ['--organization-id', 'nowhere'], exitCode: 6},
  ],
  'organization:token:roles': [
    {argv: ['{ops}']},
    {argv: [UNKNOWN], exitCode: 6},
    {argv: ['--name', 'twin'], exitCode: 7},
  ],
  'organization:token:rotate': refusals('rotate'),
  'organization:token:update': [...refusals('update'), {argv: ['-t', 'known', '-r', 'DEPLOYMENT_ADMIN'], exitCode: 2}],
}

const GRANTS = ['add', 'get', 'remove', 'update'] as const

/** Every run of the commands of Astro: those of command-runs.ts, and more. */
export function listAstroRuns(): {id: AstroId; run: AstroRun}[] {
  const ids = (Object.keys(COMMAND_RUNS) as AstroId[]).filter((id) =>
    /^(deployment|workspace|organization|role):/.test(id),
  )
  return ids.flatMap((id) => [...COMMAND_RUNS[id].runs.map(withRefusal), ...moreRuns(id)].map((run) => ({id, run})))
}

function withRefusal({argv, exitCode}: CommandRun): AstroRun {
  const flag = argv.find((word) => word in BEYOND_ASTRO)
  const run = {argv, ...(exitCode === undefined ? {} : {exitCode})}
  if (flag === undefined) return run
  return {...run, overHttp: {exitCode: 2, words: BEYOND_ASTRO[flag] ?? '', why: "not in Astro's API"}}
}

function moreRuns(id: AstroId): AstroRun[] {
  const verb = GRANTS.find((each) => id.endsWith(`-token:${each}`))
  const [wide, other] = id.includes('workspace-token') ? (['team', 'ops'] as const) : (['ops', 'team'] as const)
  if (verb) return grantRefusals(verb, wide, other)
  return MORE_RUNS[id] ?? []
}
