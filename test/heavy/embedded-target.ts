import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, watch} from 'node:fs'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import {loadSqlite} from '../../src/service/store/sqlite/load-sqlite.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {resultOf, runTokenry} from '../support/run-tokenry.ts'
import {BIN} from '../support/spawn-tokenry.ts'
import type {KillTarget, RunningChange} from './kill-campaign.ts'
import type {Change, SeenTokens} from './kill-model.ts'

const {DatabaseSync} = loadSqlite()
/** No change takes this long. A change that hangs fails the campaign instead of blocking it. */
const CHANGE_LIMIT_MS = 30_000

/**
 * Return a target that runs the built program with its store below `home`. A kill ends the process
 * of the command.
 */
export function embeddedTarget(home: string): KillTarget {
  const data = join(home, 'data')
  return {
    start: (change) => startCommand(home, argvOf(change)),
    async look(): Promise<SeenTokens> {
      const listed = await runTokenry(['deployment', 'token', 'list', '--json'], {home, nowMs: Date.now()})
      expect(listed.exitCode, listed.stdout).to.equal(0)
      checkWhole(join(data, 'tokenry.db'))
      const {service} = await openEmbeddedService(data, Date.now, ASTRO_POLICY)
      return {
        tokens: resultOf<SeenTokens['tokens']>(listed),
        verify: async (secret) => (await service.verify(secret)).valid,
        close: () => service.close(),
      }
    },
  }
}

/**
 * Start a command of the built program. The folder of its store is created here, because it is
 * watched.
 */
export function startCommand(home: string, argv: string[], stdout: 'pipe' | number = 'pipe'): RunningChange {
  const data = join(home, 'data')
  mkdirSync(data, {recursive: true, mode: 0o700})
  const written = Promise.withResolvers<void>()
  const watcher = watch(data, (event, file) => {
    if (event === 'change' && file?.endsWith('-wal')) written.resolve()
  })
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: {PATH: process.env['PATH'] ?? '', HOME: home, TOKENRY_HOME: home},
    stdio: ['ignore', stdout, 'pipe'],
    timeout: CHANGE_LIMIT_MS,
    killSignal: 'SIGABRT',
  })
  const closed = once(child, 'close')
  const answered = child.stdout ? once(child.stdout, 'data').then(() => {}) : new Promise<void>(() => {})
  answered.catch(() => {})
  const [out, err] = [child.stdout ? text(child.stdout) : '', child.stderr ? text(child.stderr) : '']
  const ended = Promise.all([closed, out, err]).then(([[exitCode, signal], printed, stderr]) => {
    watcher.close()
    if (signal === 'SIGABRT') throw new Error(`tokenry ${argv.join(' ')} hangs`)
    const secret = /^([\w-]+\.[\w-]+\.[\w-]+)\n/.exec(printed)?.[1] ?? null
    return {killed: signal === 'SIGKILL', succeeded: exitCode === 0, secret, stderr}
  })
  return {kill: () => child.kill('SIGKILL'), written: written.promise, answered, ended}
}

function argvOf(change: Change): string[] {
  const command = ['deployment', 'token', change.verb]
  if (change.verb === 'create') {
    return [...command, '--name', change.name, '--role', 'DEPLOYMENT_ADMIN', '--expiration', '30', '--clean-output']
  }
  if (change.verb === 'update') return [...command, change.id, '--new-name', change.newName]
  return [...command, change.id, '--force', ...(change.verb === 'rotate' ? ['--clean-output'] : [])]
}

/** Expect SQLite to find no error in the file and no foreign key without its row. */
export function checkWhole(file: string): void {
  const db = new DatabaseSync(file)
  try {
    expect(
      db
        .prepare('PRAGMA integrity_check')
        .all()
        .map(({integrity_check: word}) => word),
    ).to.deep.equal(['ok'])
    expect(db.prepare('PRAGMA foreign_key_check').all()).to.deep.equal([])
  } finally {
    db.close()
  }
}
