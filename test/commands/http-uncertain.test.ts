import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {MINTED, NEW_SECRET, openScriptedAstro, type Route, type ScriptedAstro} from '../support/scripted-astro.ts'
import {answer, answerText, DROP, HANG, type Step, TRICKLE, truncate} from '../support/scripted-server.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30'
const ROTATE = 'deployment token rotate ctok --force'

/** What a command that mints says if it is not known whether it did. */
const MINTS = [
  {
    words: CREATE,
    route: 'create',
    message: 'An API token named ci may exist now: ',
    hint: 'Before you try again, look for ci, created at about 2026-11-22T12:00:00Z: tokenry deployment token list --deployment-id cdep',
  },
  {
    words: ROTATE,
    route: 'rotate',
    message: 'ci (ctok) may have a new secret, and its old one may have ended: ',
    hint: 'Rotate it again if it was last rotated at about 2026-11-22T12:00:00Z; see with: tokenry deployment token get ctok --deployment-id cdep',
  },
] as const

const REFUSAL = {message: 'The pipes are clogged', requestId: 'r-1', statusCode: 500}

interface Fault {
  step: Step
  status: number | null
  requestId?: string
  why: string
}

const FAULTS: Record<string, Fault> = {
  'the connection is dropped without an answer': {step: DROP, status: null, why: 'closed the connection before'},
  'the connection is dropped within the answer': {
    step: truncate(200, MINTED),
    status: null,
    why: 'closed the connection before',
  },
  'the answer does not come in time': {step: HANG, status: null, why: 'did not answer within 0.2 seconds'},
  'the answer never ends': {step: TRICKLE, status: null, why: 'did not answer within 0.2 seconds'},
  'a 500': {step: answer(500, REFUSAL), status: 500, requestId: 'r-1', why: 'The pipes are clogged'},
  'a 502 with HTML': {
    step: answerText(502, '<html>', {'X-Request-Id': 'r-2'}),
    status: 502,
    requestId: 'r-2',
    why: 'Astro answered 502',
  },
  'a 503 without Retry-After': {step: answer(503, REFUSAL), status: 503, requestId: 'r-1', why: 'clogged'},
  'a 408': {step: answer(408, REFUSAL), status: 408, requestId: 'r-1', why: 'clogged'},
  'a 302': {step: answer(302, undefined, {Location: 'http://127.0.0.1:1/'}), status: 302, why: 'Astro answered 302'},
  'a 200 with HTML': {step: answerText(200, '<html>'), status: 200, why: 'without the new token and its secret'},
  'a 200 without the token': {
    step: answer(200, {...MINTED, token: undefined}),
    status: 200,
    why: 'without the new token and its secret',
  },
  'a 200 with an empty token': {
    step: answer(200, {...MINTED, token: ''}),
    status: 200,
    why: 'without the new token and its secret',
  },
  'a 200 with half of the JSON': {
    step: answerText(200, JSON.stringify(MINTED).slice(0, 99), {'Content-Type': 'application/json'}),
    status: 200,
    why: 'without the new token and its secret',
  },
  'a 204': {step: answer(204, undefined), status: 204, why: 'without the new token and its secret'},
}

describe('a token that may have been created over HTTP', () => {
  let astro: ScriptedAstro
  afterEach(() => astro.close())

  for (const {words, route, message, hint} of MINTS) {
    for (const [title, {step, status, requestId = null, why}] of Object.entries(FAULTS)) {
      it(`${route}: is UNCERTAIN after ${title}, and says what may be and how to look`, async () => {
        astro = await openScriptedAstro({[route]: step})
        const env = {TOKENRY_HTTP_TIMEOUT: '0.2'}

        const human = await astro.run(words, {env})
        expect(human).to.include({exitCode: 12, stdout: ''})
        expect(human.stderr).to.contain(`Error: ${message}`).and.to.contain(why)
        expect(human.stderr.endsWith(`\n${hint}\n`), human.stderr).to.equal(true)
        if (status !== null) expect(human.stderr).to.contain(`status ${status}`)
        if (requestId !== null) expect(human.stderr).to.contain(`request ${requestId}`)

        const json = await astro.run(`${words} --json`, {env})
        expect(json).to.include({exitCode: 12, stderr: ''})
        const {ok, error} = JSON.parse(json.stdout)
        expect({ok, ...error, message: ''}).to.deep.equal({
          ...{ok: false, code: 'UNCERTAIN', message: '', hint, exitCode: 12, retryable: false},
          ...{vendor: 'astro', status, vendorCode: null, requestId, fieldErrors: []},
        })
        expect(error.message).to.contain(message).and.to.contain(why)

        expect(await astro.run(`${words} -c`, {env})).to.deep.equal(human)
        expect(astro.calls().filter((call) => call === route)).to.have.length(3)
      })
    }

    it(`${route}: leaves no file of --output behind`, async () => {
      astro = await openScriptedAstro({[route]: DROP})
      const file = join(tempFolder(), 'token')
      expect(await astro.run(`${words} --output ${file}`)).to.include({exitCode: 12, stdout: ''})
      expect(existsSync(file)).to.equal(false)
    })

    it(`${route}: is repeated after a 429, which says that it was not done`, async () => {
      astro = await openScriptedAstro({[route]: [answer(429, REFUSAL), answer(200, MINTED)]})
      const waits: number[] = []
      expect(await astro.run(`${words} -c`, {waits})).to.deep.equal({
        exitCode: 0,
        stdout: `${NEW_SECRET}\n`,
        stderr: '',
      })
      expect(waits).to.have.length(1)
      expect(astro.calls().filter((call) => call === route)).to.have.length(2)
    })

    for (const [title, step, code] of [
      ['a 503 with Retry-After', answer(503, REFUSAL, {'Retry-After': '1'}), 'UPSTREAM'],
      ['a 429 that asks for a minute', answer(429, REFUSAL, {'Retry-After': '60'}), 'RATE_LIMITED'],
    ] as const) {
      it(`${route}: ends after ${title} as ${code}, which is worth a retry, without a second try`, async () => {
        astro = await openScriptedAstro({[route]: step})
        const waits: number[] = []
        const run = await astro.run(`${words} --json`, {waits})
        expect(run).to.include({exitCode: 8, stderr: ''})
        const {error} = JSON.parse(run.stdout)
        expect(error).to.include({code, exitCode: 8, retryable: true, message: REFUSAL.message, requestId: 'r-1'})
        expect(error.hint).to.contain(code === 'UPSTREAM' ? '1 second' : '60 seconds')
        expect(waits).to.deep.equal([])
        expect(astro.calls().filter((call) => call === route)).to.have.length(1)
      })
    }

    it(`${route}: four 429 end as RATE_LIMITED`, async () => {
      astro = await openScriptedAstro({[route]: answer(429, REFUSAL)})
      const run = await astro.run(words, {waits: []})
      expect(run).to.include({exitCode: 8, stdout: ''})
      expect(astro.calls().filter((call) => call === route)).to.have.length(4)
    })
  }

  it('is not uncertain if nothing was sent: a server that is gone is UPSTREAM', async () => {
    astro = await openScriptedAstro()
    await astro.close()
    const run = await astro.run(`${CREATE} --json`)
    expect(run).to.include({exitCode: 8, stderr: ''})
    expect(JSON.parse(run.stdout).error).to.include({code: 'UPSTREAM', retryable: true, status: null})
    expect(JSON.parse(run.stdout).error.message).to.contain('refused the connection')
  })

  it('is UPSTREAM if the server has gone between the check and the create', async () => {
    let stopped: Promise<void> | undefined
    astro = await openScriptedAstro({
      deployments: (req, res) => {
        res.shouldKeepAlive = false
        res.on('finish', () => {
          stopped = astro.close()
        })
        answer(200, {
          deployments: [{...MINTED, id: 'cdep', organizationId: 'corg', workspaceId: 'cwsp', status: 'HEALTHY'}],
          totalCount: 1,
        })(req, res)
      },
    })
    const run = await astro.run(CREATE)
    await stopped
    expect(run).to.include({exitCode: 8, stdout: ''})
    expect(run.stderr).to.contain('refused the connection')
    expect(astro.calls()).to.deep.equal(['organizations', 'deployments'])
  })

  it('says what may be for an agent token too', async () => {
    astro = await openScriptedAstro({createAgent: DROP})
    const run = await astro.run('deployment token create --agent -n ci -e 30')
    expect(run).to.include({exitCode: 12, stdout: ''})
    expect(run.stderr)
      .to.contain('Error: An agent token named ci may exist now: ')
      .and.to.contain('tokenry deployment token list --deployment-id cdep --agent\n')
  })
})

describe('a change over HTTP that creates no secret', () => {
  let astro: ScriptedAstro
  afterEach(() => astro.close())

  const ops = {...MINTED, scope: 'ORGANIZATION', token: undefined}
  const changes: [words: string, route: Route, more: Partial<Record<Route, Step>>][] = [
    ['deployment token update ctok -n new', 'update', {}],
    ['deployment token update ctok -r custom', 'writeRoles', {roles: answer(403, {message: 'no'})}],
    [
      'deployment token organization-token update ctok -r custom',
      'writeRoles',
      {get: answer(200, ops), roles: answer(403, {message: 'no'})},
    ],
  ]
  for (const [words, route, more] of changes) {
    for (const [title, step, code] of [
      ['a dropped connection', DROP, 'UPSTREAM'],
      ['a 503', answer(503, REFUSAL), 'UPSTREAM'],
      ['a 500', answer(500, REFUSAL), 'UPSTREAM'],
      ['a 429', answer(429, REFUSAL), 'RATE_LIMITED'],
      ['a 408', answer(408, REFUSAL), 'TIMEOUT'],
      ['no answer in time', HANG, 'TIMEOUT'],
    ] as const) {
      it(`is sent once in spite of ${title}, and is exit 8: ${words}`, async () => {
        astro = await openScriptedAstro({...more, [route]: step})
        const run = await astro.run(`${words} --json`, {env: {TOKENRY_HTTP_TIMEOUT: '0.2'}, waits: []})
        expect(run).to.include({exitCode: 8, stderr: ''})
        expect(JSON.parse(run.stdout).error).to.include({code, retryable: true})
        expect(astro.calls().filter((call) => call === route)).to.have.length(1)
      })
    }
  }

  it('a delete is repeated, and a 404 to the second try is success', async () => {
    for (const fault of [DROP, answer(503, REFUSAL), answer(429, REFUSAL), truncate(200, MINTED)]) {
      astro = await openScriptedAstro({delete: [fault, answer(404, {message: 'gone'})]})
      const run = await astro.run('deployment token delete ctok --force', {waits: []})
      expect(run).to.include({exitCode: 0, stderr: ''})
      expect(run.stdout).to.contain('was successfully deleted')
      expect(astro.calls().slice(-2)).to.deep.equal(['delete', 'delete'])
      await astro.close()
    }
  })

  it('a delete that was refused first with 404 is NOT_FOUND', async () => {
    astro = await openScriptedAstro({delete: answer(404, {message: 'gone'})})
    expect(await astro.run('deployment token delete ctok --force')).to.include({exitCode: 6, stdout: ''})
  })

  it('a 404 that is not of Astro says that the URL is wrong', async () => {
    astro = await openScriptedAstro({organizations: answerText(404, '<html>')})
    const run = await astro.run('deployment token list')
    expect(run).to.include({exitCode: 3, stdout: ''})
    expect(run.stderr).to.contain('ASTRO_DOMAIN').and.to.contain('not the API of Astro')
  })
})
