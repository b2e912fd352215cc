import {expect} from 'chai'
import {ASTRO_BIN, type BinaryHome, createHome, LOGIN_PORT} from './astro-binary.ts'
import {
  FAMILIES,
  HEADER_SETS,
  type RecordedRequest,
  type RecordedRun,
  readRuns,
  type Settings,
  type Way,
  writeRuns,
} from './recorded-runs.ts'
import {openTap} from './tap.ts'
import {differences, openWorld, type World} from './world.ts'

type Outcome = Pick<RecordedRun, 'requests' | 'exitCode' | 'stdout' | 'stderr' | 'changes'>

const WAYS: Record<Way, string> = {
  A: 'with a token in the environment',
  B: 'with existing settings',
  C: 'after a login with a token',
}

/**
 * With UPDATE_RECORDED=1, the outcome of each run replaces its recording: with existing settings,
 * or in the run's first way. Run it twice.
 */
const UPDATE = process.env['UPDATE_RECORDED'] === '1'

if (ASTRO_BIN) {
  describe('the real astro binary against the service', function () {
    this.timeout(60_000)
    for (const family of FAMILIES) {
      const runs = readRuns(family)
      for (const way of ['A', 'B', 'C'] as const) {
        describe(`${family}, ${WAYS[way]}`, () => {
          for (const run of runs) {
            if (!(run.ways ?? ['A', 'B', 'C']).includes(way)) continue
            it(run.title, async () => {
              const outcome = await outcomeOf(run, way)
              if (UPDATE && way === recordedWay(run)) Object.assign(run, {changes: undefined}, outcome)
              else expect(outcome).to.deep.equal(expectedOf(run, way))
            })
          }
        })
      }
      if (UPDATE) after(() => writeRuns(family, runs))
    }
  })
}

/** Run one recorded run with a new service and new settings. */
async function outcomeOf(run: RecordedRun, way: Way): Promise<Outcome> {
  const world = await openWorld(Date.now())
  const service = await world.listen()
  const needsLoginPort = way === 'C' || Boolean(run.settings?.expiresin)
  const tap = await openTap(service.port, needsLoginPort ? LOGIN_PORT : 0).catch((err: Error) => {
    throw new Error(`The binary signs in at port ${LOGIN_PORT} only, which is not free here: ${err.message}`)
  })
  try {
    const before = await world.readState()
    const {home, env} = await openHome({run, way, world, port: tap.port})
    tap.requests.length = 0
    world.log.length = 0
    const {exitCode, stdout, stderr} = await home.run(run.args.map(world.expand), {
      stdin: run.stdin,
      env: {...env, ...run.env},
    })
    const changes = differences(before, await world.readState())
    const sent = tap.requests.map((bytes, index) => ({
      bytes,
      status: world.log[index]?.status ?? 0,
      host: `localhost:${tap.port}`,
    }))
    return {
      requests: await Promise.all(sent.map((each) => recordOf(each, world))),
      exitCode: exitCode ?? -1,
      stdout: toLines(await world.normalise(stdout)),
      stderr: toLines(withoutUsage(await world.normalise(stderr))),
      ...(Object.keys(changes).length > 0 ? {changes} : {}),
    }
  } finally {
    await tap.close()
    await service.stop(0)
    await world.service.close()
  }
}

async function openHome({run, way, world, port}: {run: RecordedRun; way: Way; world: World; port: number}) {
  const overrides = Object.fromEntries(
    Object.entries(run.settings ?? {}).map(([name, value]) => [name, world.expand(value)]),
  )
  const workspace = world.workspaceId
  if (way === 'A') {
    const home = createHome(port, run.settings === null ? null : {workspace, ...overrides})
    return {home, env: {ASTRO_API_TOKEN: world.ownerToken.token}}
  }
  if (way === 'B') {
    const settings: Settings = {
      token: `Bearer ${world.ownerToken.token}`,
      expiresin: '2099-01-01T00:00:00Z',
      organization: world.organizationId,
      workspace,
      last_used_workspace: workspace,
      refreshtoken: '',
    }
    return {home: createHome(port, {...settings, ...overrides}), env: {}}
  }
  const home = createHome(port, run.settings ? overrides : null)
  if (run.args[0] !== 'login') await login(home, world)
  return {home, env: {}}
}

/**
 * Log in and choose a workspace. There are two, `another` and `default`; the runs use `default`.
 */
async function login(home: BinaryHome, world: World): Promise<void> {
  const args = ['login', 'localhost', '--token-login', world.ownerToken.token]
  const {exitCode, stderr} = await home.run(args, {stdin: '2\n'})
  expect([exitCode, stderr]).to.deep.equal([0, ''])
}

/**
 * Return the expected outcome in this way. A token in the environment adds one request and one
 * line.
 */
function expectedOf(run: RecordedRun, way: Way): Outcome {
  const {requests, exitCode, stdout, stderr, changes} = run
  const outcome = {requests, exitCode, stdout, stderr, ...(changes ? {changes} : {})}
  if (way !== 'A' || recordedWay(run) === 'A') return outcome
  const first = {request: 'GET /v1/organizations?limit=100&offset=0', headers: 'plain', status: 200}
  const lines = stdout.length === 0 ? [''] : stdout
  return {...outcome, requests: [first, ...requests], stdout: ['Using an Astro API Token', ...lines]}
}

function recordedWay({ways = ['B']}: RecordedRun): Way {
  return ways.includes('B') ? 'B' : (ways[0] ?? 'B')
}

/**
 * Replace the usage text by a placeholder. Its wording belongs to the binary; only its presence
 * matters.
 */
function withoutUsage(stderr: string): string {
  return stderr.replace(/^Usage:\n.*/ms, '{usage}')
}

function toLines(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}

interface Sent {
  bytes: Buffer
  status: number
  host: string
}

/**
 * Return a request as it is recorded: with placeholders, and with the version and the system of the
 * first recording.
 */
async function recordOf({bytes, status, host}: Sent, world: World): Promise<RecordedRequest> {
  const headBytes = bytes.indexOf('\r\n\r\n')
  const [requestLine = '', ...lines] = (await world.normalise(bytes.toString('utf8', 0, headBytes))).split('\r\n')
  const body = await world.normalise(bytes.toString('utf8', headBytes + 4))
  const known = lines.map((line) =>
    line
      .replace(/^(Host: ).*/, (whole, name: string) => (whole === `${name}${host}` ? `${name}{host}` : whole))
      .replace(/^(User-Agent: astro-cli\/|X-Astro-Client-Version: )1\.\d+\.\d+$/, '$11.45.0')
      .replace(/^(X-Client-Os-Identifier: )\w+-\w+$/, '$1linux-amd64')
      .replace(/^(Content-Length: )[1-9].*/, '$1{length}'),
  )
  const set = Object.entries(HEADER_SETS).find(([, each]) => each.join('\n') === known.join('\n'))
  const request = requestLine.replace(/ HTTP\/1\.1$/, '')
  return {request, headers: set?.[0] ?? known.join('\n'), ...(body === '' ? {} : {body}), status}
}
