import {EventEmitter} from 'node:events'
import {cpSync, existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {isAtOrIn, readNewFile} from '../support/new-file.ts'
import {type Run, resultOf, runTokenry, stopSoon, TEST_NOW} from '../support/run-tokenry.ts'
import {answer, openScriptedServer} from '../support/scripted-server.ts'
import {tempFolder, tempFolderOfFile} from '../support/temp-folder.ts'
import type {CommandRun} from './command-runs.ts'

const DAY_MS = 86_400_000

/**
 * What Astro answers to a token that sees nothing, and MotherDuck about its active accounts.
 */
const ANSWER = {
  // The version of DeltaStream.
  ...{major: 2, minor: 0, patch: 0},
  ...{organizations: [], deployments: [], tokens: [], offset: 0, limit: 1, totalCount: 0},
  accounts: [{username: 'etl', ducklings: [{id: 'rw', type: 'read_write', status: 'active'}]}],
}

/**
 * A home folder in which there is something for every command to do, and the secrets of its tokens.
 */
export interface PreparedHome {
  folder: string
  secrets: Record<keyof typeof TOKENS, string>
}

interface PerformedRun extends Run {
  /** Every other file below the home folder after the run, as text by path. */
  files: Record<string, string>
  /** What `--output NEW_FILE`, or `--output-dir NEW_FILE`, wrote; null without it. */
  newFile: string | null
}

/**
 * The tokens whose secrets the tests know: one named `known` in each scope, and others that runs
 * refer to by name.
 */
const TOKENS = {
  deployment: 'deployment token create -n known -r DEPLOYMENT_ADMIN -e 30',
  workspace: 'workspace token create -n known -r WORKSPACE_OWNER -e 30',
  organization: 'organization token create -n known -r ORGANIZATION_OWNER -e 30',
  ops: 'organization token create -n ops -r ORGANIZATION_OWNER -e 30',
  team: 'workspace token create -n team -r WORKSPACE_OWNER -e 30',
  free: 'organization token create -n free -r ORGANIZATION_MEMBER -e 30',
  loose: 'workspace token create -n loose -r WORKSPACE_MEMBER -e 30',
  agent: 'deployment token create --agent -n agent -e 30',
  endless: 'deployment token create -n endless -r DEPLOYMENT_ADMIN',
  deleted: 'deployment token create -n deleted -r DEPLOYMENT_ADMIN -e 30',
  rotated: 'deployment token create -n rotated -r DEPLOYMENT_ADMIN -e 30',
  motherduck: 'motherduck token create --user admin -n known -e 30d',
  deltastream: 'deltastream token create -n known -r sysadmin -e 30d',
}

/** What is done with them, and what else there is. */
const SET_UP = [
  'service role create deployer',
  'service user create ann@example.com',
  'workspace token add -n ops -r WORKSPACE_OWNER',
  'deployment token organization-token add -n ops -r DEPLOYMENT_ADMIN',
  'deployment token workspace-token add -n team -r DEPLOYMENT_ADMIN',
  'deployment token delete -t deleted -f',
  'deployment token rotate -t rotated -f --grace 24h',
  'motherduck user create etl',
  'motherduck token create --user etl -n known -e 30d -d pipeline',
  'motherduck token create --user etl -n rotated',
  'motherduck token rotate rotated --user etl --grace 24h -f',
  'motherduck token create --user etl -n deleted',
  'motherduck token delete deleted --user etl -f',
  'deltastream role create deployer',
  'deltastream token create -n rotated -r public',
  'deltastream token renew rotated --grace 24h -f',
  'deltastream token create -n deleted -r public',
  'deltastream token drop deleted -f',
]

/**
 * Prepare the home folder that every run begins with a copy of; it is gone after the tests of the
 * file.
 */
export async function prepareHome(): Promise<PreparedHome> {
  const folder = tempFolderOfFile()
  const secrets: Record<string, string> = {}
  for (const [name, line] of Object.entries(TOKENS)) secrets[name] = String((await runLine(line, folder))['token'])
  for (const line of SET_UP) await runLine(line, folder)
  return {folder, secrets: secrets as PreparedHome['secrets']}
}

/**
 * Run a command as `run` says, in a copy of the home folder, with these flags too. Fail if the exit
 * code is another one.
 */
export async function performRun(
  prepared: PreparedHome,
  {id, run, flags = [], env = {}}: {id: string; run: CommandRun; flags?: string[]; env?: Record<string, string>},
): Promise<PerformedRun> {
  const home = tempFolder()
  cpSync(prepared.folder, home, {recursive: true})
  const secret = prepared.secrets[scopeOf(id)]
  const [secretFile, newFile] = [join(home, 'secret.txt'), join(home, 'new.txt')]
  writeFileSync(secretFile, secret, {mode: 0o600})
  const server = run.serves ? await openScriptedServer([answer(200, ANSWER)]) : null
  const words = {secret, secretFile, newFile, url: server?.url.href}
  for (const line of run.before ?? []) await runLine(fillArgv({argv: line.split(' ')}, words).join(' '), home)
  const argv = [...id.split(':'), ...fillArgv(run, words), ...flags]
  const done = await runTokenry(argv, {
    home,
    env: {TOKENRY_VERIFY_TOKEN: secret, ...run.env, ...env},
    stdin: run.stdin?.(secret) ?? '',
    nowMs: TEST_NOW + (run.daysLater ?? 0) * DAY_MS,
    // The one command that runs until it is stopped.
    signals: id === 'service:start' ? stopSoon() : new EventEmitter(),
  }).finally(() => server?.close())
  expect(done.exitCode, `${argv.join(' ')}\n${done.stdout}\n${done.stderr}`).to.equal(run.exitCode ?? 0)
  return {
    ...done,
    files: readFiles(home, [secretFile, newFile]),
    newFile: readNewFile(newFile),
  }
}

/** Return argv with real values for the words that stand for one. */
export function fillArgv(
  {argv}: Pick<CommandRun, 'argv'>,
  {
    secret,
    secretFile,
    newFile,
    url = '',
  }: {secret: string; secretFile: string; newFile: string; url?: string | undefined},
): string[] {
  return argv.map((word) =>
    word
      .replace('SECRET_FILE', secretFile)
      .replace('NEW_FILE', newFile)
      .replace('SECRET', secret)
      .replace('SERVER_URL', url),
  )
}

async function runLine(line: string, home: string): Promise<Record<string, unknown>> {
  const done = await runTokenry([...line.split(' '), '--json'], {home})
  expect(done.exitCode, `${line} ${done.stdout}`).to.equal(0)
  return resultOf(done)
}

/** The topics whose tokens are not those of a deployment. */
const TOPICS = ['workspace', 'organization', 'motherduck', 'deltastream'] as const

function scopeOf(id: string): 'deployment' | (typeof TOPICS)[number] {
  const [first] = id.split(':')
  return TOPICS.find((topic) => topic === first) ?? 'deployment'
}

function readFiles(home: string, except: string[]): Record<string, string> {
  const paths = readdirSync(home, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isAtOrIn(path, except) && existsSync(path))
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, 'latin1')]))
}
