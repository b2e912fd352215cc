import {cpSync, existsSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import type {AstroTokenRole} from '../../src/vendors/astro/api.ts'
import {embeddedAstroApi} from '../../src/vendors/astro/embedded/embedded-api.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type Run, type RunOptions, resultOf, runTokenry, TEST_NOW} from './run-tokenry.ts'
import {tempFolder, tempFolderOfFile} from './temp-folder.ts'

export type Scope = 'deployment' | 'workspace' | 'organization'

interface Made {
  id: string
  /** The secret. */
  token: string
}

/**
 * A separate installation, created as the commands create it, and the steps that many command tests
 * share.
 */
export interface AstroHome {
  home: string
  organizationId: string
  workspaceId: string
  deploymentId: string
  /** Run a command. `words` are split at blanks; `more` are not. */
  run(words: string, options?: Partial<RunOptions>, ...more: string[]): Promise<Run>
  /** Run a command with --json, expect success, and return the result. */
  json<Result = Record<string, unknown>>(words: string, options?: Partial<RunOptions>): Promise<Result>
  /**
   * Create a token of the entity (default: with the strongest role there). `flags` can change that.
   */
  make(scope: Scope, name: string, flags?: string, options?: Partial<RunOptions>): Promise<Made>
  /** Return the roles of a token, such as `WORKSPACE_MEMBER` or, on a DAG, `DAG_VIEWER`. */
  rolesOf(id: string): string[]
  /** Return everything that the store has of tokens and changes. A refusal must not change it. */
  snapshot(): string
  valid(token: string): Promise<boolean>
  /** Use this secret for a request at a time, in epoch milliseconds. */
  use(token: string, nowMs: number): Promise<void>
  /** Give a token one more role, of any kind, as a client of the API can. */
  giveRole(id: string, role: AstroTokenRole): Promise<void>
  /** Expect a refusal that contains all of `words` and changes nothing. */
  refused(
    words: string,
    expected: {exitCode: number; words?: string[]},
    options?: Partial<RunOptions>,
    ...more: string[]
  ): Promise<Run>
  database(): DatabaseSync
}

const STRONGEST: Record<Scope, string> = {
  deployment: 'DEPLOYMENT_ADMIN',
  workspace: 'WORKSPACE_OWNER',
  organization: 'ORGANIZATION_OWNER',
}

let template = ''

/**
 * Copy an installation that was created once for the tests of a file. Creating one takes several
 * times as long as copying it.
 */
async function copyInstallation(home: string): Promise<void> {
  if (!existsSync(template)) template = await makeInstallation()
  cpSync(template, home, {recursive: true})
}

async function makeInstallation(): Promise<string> {
  const home = tempFolderOfFile()
  expect((await runTokenry(['deployment', 'list'], {home})).exitCode).to.equal(0)
  return home
}

export async function openAstroHome(): Promise<AstroHome> {
  const home = tempFolder()
  await copyInstallation(home)
  const database = () => new DatabaseSync(join(home, 'data', 'tokenry.db'))
  const run: AstroHome['run'] = (words, options = {}, ...more) =>
    runTokenry([...words.split(' '), ...more], {home, ...options})

  async function json<Result>(words: string, options: Partial<RunOptions> = {}): Promise<Result> {
    const done = await run(words, options, '--json')
    expect(done, words).to.include({exitCode: 0, stderr: ''})
    return resultOf<Result>(done)
  }

  function rows(sql: string, ...values: string[]): Record<string, unknown>[] {
    const db = database()
    try {
      return db.prepare(sql).all(...values)
    } finally {
      db.close()
    }
  }

  function snapshot(): string {
    const tables = ['token', 'token_role', 'token_value', 'audit', 'deployment', 'workspace', 'organization']
    return JSON.stringify(
      tables.map((table) => [table, rows(`SELECT * FROM ${table} ORDER BY rowid`)]),
      null,
      1,
    )
  }

  const [deployment] = await json<{id: string; workspaceId: string; organizationId: string}[]>('deployment list')
  const organizationId = deployment?.organizationId ?? ''
  return {
    home,
    organizationId,
    workspaceId: deployment?.workspaceId ?? '',
    deploymentId: deployment?.id ?? '',
    run,
    json,
    database,
    snapshot,
    make: (scope, name, flags = '', options = {}) =>
      json(`${scope} token create -n ${name} -r ${STRONGEST[scope]} -e 30${flags === '' ? '' : ` ${flags}`}`, options),
    rolesOf: (id) =>
      rows('SELECT role FROM token_role WHERE token_id = ? ORDER BY position', id).map(({role}) => String(role)),
    async use(token, nowMs) {
      const {service} = await openEmbeddedService(join(home, 'data'), () => nowMs, ASTRO_POLICY)
      await service.authenticate(ASTRO_POLICY, token)
      await service.close()
    },
    async giveRole(id, role) {
      const {service} = await openEmbeddedService(join(home, 'data'), () => TEST_NOW, ASTRO_POLICY)
      const api = embeddedAstroApi(service, {kind: 'owner', actor: {type: 'local', id: 'tester'}})
      const {roles} = await api.getToken(organizationId, id)
      await api.updateTokenRoles(organizationId, id, [...roles, role])
      await service.close()
    },
    async valid(token) {
      return (await run('token verify', {stdin: token})).exitCode === 0
    },
    async refused(words, {exitCode, words: named = []}, options = {}, ...more) {
      const before = snapshot()
      const done = await run(words, options, ...more)
      expect(done, `${words}: ${done.stderr}`).to.include({exitCode, stdout: ''})
      for (const word of named) expect(done.stderr, words).to.contain(word)
      expect(snapshot(), words).to.equal(before)
      return done
    },
  }
}

/**
 * Return the command's calls of the Astro API, in order, from the log of --debug: the method, then
 * the arguments after the organization.
 */
export function callsOf({stderr}: Run, names: Record<string, string> = {}): string[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('astro '))
  return lines.map((line) => {
    const named = Object.entries(names).reduce((text, [id, name]) => text.replaceAll(id, name), line)
    return named
      .replace(/^astro (\w+) "[^"]*"/, '$1')
      .replace(/^astro /, '')
      .replaceAll('"', '')
  })
}
