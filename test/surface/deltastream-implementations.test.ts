import {expect} from 'chai'
import {before} from 'mocha'
import {newUuid} from '../../src/lib/ids.ts'
import {createHandlers} from '../../src/service/http/app.ts'
import {listenOnLoopback} from '../../src/service/http/node.ts'
import {deltaStreamDialect} from '../../src/vendors/deltastream/server/dialect.ts'
import {
  type CallerHome,
  type DoneRun,
  runEmbedded,
  runOverHttp,
  type ServedVendor,
} from '../support/both-implementations.ts'
import {resultOf, runTokenry, TEST_NOW} from '../support/run-tokenry.ts'
import type {ScriptedAnswer} from '../support/scripted-prompter.ts'
import {tempFolderOfFile} from '../support/temp-folder.ts'

const DELTASTREAM: ServedVendor = {
  serve: (service, {now}) =>
    listenOnLoopback({
      ...createHandlers({
        dialect: deltaStreamDialect(service, now),
        hosts: new Set(['localhost', '127.0.0.1']),
        newRequestId: newUuid,
        log: () => {},
      }),
      port: 0,
    }),
  env: (address, caller) => ({DS_TOKEN: caller, DS_ENDPOINT: `http://${address}/v2`}),
}

/** What the embedded service reports beyond DeltaStream's API. */
const BEYOND_DELTASTREAM = new Set([
  ...['owner', 'shortToken', 'createdBy', 'lastRotatedAt', 'graceUntil', 'unfinishedRotationAt', 'endedAt'],
  ...['vendor', 'status', 'vendorCode', 'requestId', 'fieldErrors'],
])

const JWT = /eyJ[\w-]+\.[\w-]+\.[\w-]+/g

interface Run {
  line: string
  exitCode?: number
  answers?: ScriptedAnswer[]
  /** What is different over HTTP: DeltaStream itself cannot do it. */
  overHttp?: {exitCode?: number; words: string}
}

const RUNS: Run[] = [
  {line: 'token list'},
  {line: 'token list --sort -name --expiring-within 60d'},
  {line: 'token list --unused-for 1d --no-header'},
  {line: 'token list --ended', overHttp: {exitCode: 2, words: 'cannot list tokens that have ended'}},
  {line: 'token list --short-token abcdefgh', overHttp: {exitCode: 2, words: 'cannot report the end of a token'}},
  {line: 'token get known'},
  {line: 'token get none', exitCode: 6},
  {line: 'token get --token-file SECRET_FILE', overHttp: {exitCode: 2, words: 'cannot find a token by its secret'}},
  {line: 'token create new -r sysadmin'},
  {line: 'token create -n new -r deployer --expires-in-days 1'},
  {line: 'token create new -r public -e 12w --output NEW_FILE'},
  {line: 'token create known -r sysadmin', exitCode: 7},
  {line: 'token create new -r none', exitCode: 6},
  {line: 'token create new -r public -e 12w --dry-run'},
  {line: 'token create known -r sysadmin --dry-run', exitCode: 7},
  {line: 'token create new -r none --dry-run', exitCode: 6},
  {line: 'token create new -r orgadmin', exitCode: 5},
  {line: 'token create new -r sysadmin -e never', exitCode: 2},
  {
    line: 'token create',
    answers: [
      {to: 'Name', answer: 'new'},
      {to: 'Role', answer: 'public'},
      {to: 'Expires after', answer: '30d'},
    ],
  },
  {line: 'token renew known -f'},
  {line: 'token renew known -f --output NEW_FILE'},
  {line: 'token renew known', answers: [{to: 'Renew the API token known?', answer: true}]},
  {line: 'token renew known', exitCode: 130, answers: [{to: 'Renew the API token known?', answer: false}]},
  {line: 'token renew known', exitCode: 2},
  {line: 'token renew known --dry-run'},
  {line: 'token renew none -f', exitCode: 6},
  {line: 'token renew strong -f', exitCode: 5},
  {line: 'token renew known -f --grace 1h', overHttp: {exitCode: 2, words: 'it ends with the renewal'}},
  {line: 'token drop known -f'},
  {line: 'token drop known -f --unused-for 1h', overHttp: {words: 'in one step'}},
  {line: 'token drop known --dry-run'},
  {line: 'token drop strong -f', exitCode: 5},
  {line: 'token drop none -f', exitCode: 6},
  {line: 'token drop none -f --ignore-not-found'},
  {
    line: 'token drop',
    answers: [
      {to: 'Which API token to drop?', answer: 'known'},
      {to: 'Drop', answer: true},
    ],
  },
  {line: 'role list'},
  {line: 'role create analyst'},
  {line: 'role create deployer', exitCode: 7},
  {line: 'role drop deployer -f'},
  {line: 'role drop none -f', exitCode: 6},
  {line: 'role drop none -f --ignore-not-found'},
  {line: 'role drop public -f', exitCode: 5},
]

describe('the commands of DeltaStream, on the embedded service and over HTTP', () => {
  let world: CallerHome & {known: string}
  before(async () => {
    const folder = tempFolderOfFile()
    const run = async (line: string) => {
      const done = await runTokenry([...line.split(' '), '--json'], {home: folder})
      expect(done.exitCode, done.stdout).to.equal(0)
      return String(resultOf(done)['token'])
    }
    const caller = await run('deltastream token create caller -r sysadmin')
    await run('deltastream role create deployer')
    const known = await run('deltastream token create known -r sysadmin -e 30d')
    await run('deltastream token create strong -r orgadmin')
    world = {folder, caller, known}
  })

  for (const run of RUNS) {
    it(`do the same: tokenry deltastream ${describeRun(run)}`, async () => {
      const {line, exitCode = 0, answers, overHttp} = run
      for (const flags of listModes(run)) {
        const options = {
          words: ({secretFile, newFile}: {secretFile: string; newFile: string}) => [
            'deltastream',
            ...line.split(' ').map((word) => word.replace('SECRET_FILE', secretFile).replace('NEW_FILE', newFile)),
            ...flags,
          ],
          secret: world.known,
          nowMs: TEST_NOW + 86_400_000,
          ...(answers ? {answers, tty: true} : {}),
        }
        const asCaller = {
          ...options,
          words: (files: {secretFile: string; newFile: string}) => [...options.words(files), '-a', world.caller],
        }
        const embedded = await runEmbedded(world, asCaller)
        const http = await runOverHttp(world, options, DELTASTREAM)
        expect(embedded.exitCode, embedded.stdout + embedded.stderr).to.equal(exitCode)
        expect(http.exitCode, http.stdout + http.stderr).to.equal(overHttp?.exitCode ?? exitCode)
        expect(http.files, 'files of the client').to.deep.equal({})
        if (overHttp && !flags.includes('--clean-output')) expect(http.stdout + http.stderr).to.contain(overHttp.words)
        if (overHttp?.exitCode === undefined) expect(http.state).to.deep.equal(embedded.state)
        if (!overHttp) expect(summarise(http, flags)).to.deep.equal(summarise(embedded, flags))
      }
    })
  }

  it('refuse the token that they sign in with only where it is known, and end it with --self', async () => {
    const options = {words: () => 'deltastream token drop caller -f'.split(' '), secret: ''}
    const known = await runEmbedded(world, {...options, words: () => [...options.words(), '-a', world.caller]})
    expect(known.exitCode).to.equal(2)
    expect(known.stderr).to.contain('caller is the token that you are signed in with')
    const self = await runEmbedded(world, {...options, words: () => [...options.words(), '--self', '-a', world.caller]})
    const http = await runOverHttp(world, options, DELTASTREAM)
    expect([self.exitCode, http.exitCode]).to.deep.equal([0, 0])
    expect(http.state).to.deep.equal(self.state)
  })

  it('renew the token that they sign in with: without its times over HTTP, where the old secret has ended', async () => {
    const words = () => 'deltastream token renew caller -f --json'.split(' ')
    const http = await runOverHttp(world, {words, secret: ''}, DELTASTREAM)
    const {result, warnings} = JSON.parse(http.stdout)
    expect(http.exitCode).to.equal(0)
    expect(Object.keys(result)).to.deep.equal(['name', 'token'])
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.contain('The times of caller are unknown')
  })
})

function describeRun({line, answers = []}: Run): string {
  return [line, ...answers.map(({to, answer}) => `${to}: ${String(answer)}`)].join(' ')
}

/** Return the flags to add, for each mode: JSON, text in a pipe, and the secret alone. */
function listModes({line, answers, exitCode = 0}: Run): string[][] {
  if (answers) return [[]]
  if (exitCode !== 0) return [['--json']]
  const mints = /^token (create|renew)/.test(line) && !/--(output|dry-run)/.test(line)
  return [['--json'], [], ...(mints ? [['--clean-output']] : [])]
}

/** What both implementations must have in common. */
function summarise({stdout, stderr, newFile}: DoneRun, flags: string[]): unknown {
  const isJson = flags.includes('--json')
  return {
    stdout: isJson ? summariseDocument(stdout) : summariseText(stdout),
    stderr: summariseText(stderr),
    newFile: newFile?.replaceAll(JWT, '[secret]'),
  }
}

function summariseDocument(stdout: string): unknown {
  return JSON.parse(normalise(stdout), (key, value: unknown) => {
    if (BEYOND_DELTASTREAM.has(key)) return undefined
    // Only the creation reports the role over HTTP.
    if (key === 'role' && !stdout.includes('expiresInDays')) return undefined
    // Naming the secret in argv is a warning of the embedded run alone.
    if (key === 'warnings' && Array.isArray(value)) return value.filter((text) => !String(text).startsWith('Others on'))
    if (key === 'before' && String(value).startsWith('…')) return expect(value).to.have.length(9) && 'works'
    return value === 'the old one' ? 'works' : value
  })
}

/** Lines that only one of the two prints: where it goes, and what only one reports. */
const ONE_SIDED =
  /Others on this machine|Using the target|^ {2}(?:role|owner|secret ends with|created by|last renewed|secret) /

/** Remove what only the embedded service reports: also a fifth column. */
function summariseText(text: string): string[] {
  return normalise(text)
    .split('\n')
    .filter((line) => !ONE_SIDED.test(line))
    .map((line) => line.split('\t').slice(0, 4).join('\t'))
    .map((line) => line.replace(/…\S+ → none/, 'works → none').replaceAll(/ {2,}/g, '  '))
}

/** Replace what differs between two runs of the same command, and where the command went. */
function normalise(text: string): string {
  return text
    .replaceAll(/ --context embedded| --token TOKEN/g, '')
    .replaceAll(/the context embedded|DeltaStream \(127\.0\.0\.1:PORT\)/gi, 'the target')
    .replaceAll(/[^\s"]*\/tokenry-test-\w+/g, 'HOME')
    .replaceAll(JWT, '[secret]')
}
