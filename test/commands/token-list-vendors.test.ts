import {expect} from 'chai'
import {type RunOptions, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {credential as astroToken, page, refuse, TOKEN} from '../support/scripted-astro.ts'
import {ADMIN_TOKEN, notFound, OLD} from '../support/scripted-motherduck.ts'
import {answer, answerText, type Step} from '../support/scripted-server.ts'
import {cellsOf, namesOf, openVendorLists, type Row, type VendorLists, withoutAgents} from '../support/vendor-lists.ts'

describe('token list, of the vendors themselves', () => {
  let at: VendorLists
  beforeEach(() => {
    at = openVendorLists()
  })
  afterEach(async () => at.close())

  it('comes after that of the embedded service, vendor by vendor', async () => {
    await at.makeAstro('ours')
    await at.makeMotherDuck('duck')
    await at.openAstro()
    await at.openMotherDuck()
    const rows = await at.list()
    expect(rows.map(({name, vendor, context}) => [name, vendor, context])).to.deep.equal([
      ['ours', 'astro', 'embedded'],
      ['ci', 'astro', null],
      ['duck', 'motherduck', 'embedded'],
      ['ci', 'motherduck', null],
    ])
    const [, ci, , duck] = rows
    expect(ci).to.deep.include({
      id: TOKEN.id,
      role: 'DEPLOYMENT_ADMIN',
      owner: {type: 'DEPLOYMENT', id: 'cdep'},
      shortToken: 'abcdefgh',
      lastUsedAt: null,
    })
    expect(duck).to.deep.include({id: OLD.id, kind: 'read_write', owner: {type: 'USER', id: 'etl'}})
    expect(duck).to.not.have.any.keys('lastUsedAt', 'lastRotatedAt', 'shortToken', 'role')
  })

  it('tells what a vendor does not report from never', async () => {
    await at.openAstro()
    await at.openMotherDuck()
    const [, astroRow, duckRow] = cellsOf((await at.run('token list')).stdout)
    expect(astroRow?.slice(2, 4)).to.deep.equal(['astro', '-'])
    expect(astroRow?.slice(-2)).to.deep.equal(['never', 'never'])
    expect(duckRow?.slice(-2)).to.deep.equal(['not reported', 'not reported'])
  })

  it('has the agent tokens of each deployment, and omits those that must not be listed', async () => {
    const agent = {...TOKEN, id: 'cagent', name: 'agent', roles: undefined}
    const byPath = (agents: Step): Step => withoutAgents(page('tokens', [TOKEN]), agents)
    await at.openAstro({list: byPath(page('tokens', [agent]))})
    expect(namesOf(await at.list('--vendor astro'))).to.deep.equal(['ci', 'agent'])
    for (const status of [403, 404]) {
      await at.openAstro({list: byPath(refuse(status))})
      expect(namesOf(await at.list('--vendor astro')), `${status}`).to.deep.equal(['ci'])
    }
    await at.openAstro({deployments: refuse(403)})
    expect(namesOf(await at.list('--vendor astro'))).to.deep.equal(['ci'])
  })

  it('has the tokens of every organization, if the credential names none', async () => {
    const organization = {product: 'HOSTED', name: 'x', createdAt: TOKEN.createdAt, updatedAt: TOKEN.updatedAt}
    await at.openAstro({
      organizations: page('organizations', [
        {id: 'corg', ...organization},
        {id: 'cother', ...organization},
      ]),
      deployments: page('deployments', []),
      list: (req, res) => page('tokens', [{...TOKEN, name: req.path.split('/')[3]}])(req, res),
    })
    const anonymous = {env: {ASTRO_API_TOKEN: astroToken({permissions: []})}}
    expect(namesOf(await at.list('--vendor astro', anonymous))).to.deep.equal(['corg', 'cother'])
    expect(namesOf(await at.list('--vendor astro'))).to.deep.equal(['corg'])
    const named = {env: {...anonymous.env, TOKENRY_ORGANIZATION_ID: 'cother'}}
    expect(namesOf(await at.list('--vendor astro', named))).to.deep.equal(['cother'])
  })

  it('has the tokens of the context only, if one is named', async () => {
    await at.makeAstro('ours')
    await at.openAstro()
    await at.openMotherDuck()
    const url = `http://${at.env()['ASTRO_DOMAIN']}/v1`
    const env = {CI_TOKEN: at.env()['ASTRO_API_TOKEN'] ?? ''}
    await at.run(`context add prod --vendor astro --api-url ${url} --credential-env CI_TOKEN`)
    const {requests} = await at.openMotherDuck()
    for (const [flags, more] of [
      ['--context prod', {}],
      ['', {TOKENRY_CONTEXT: 'prod'}],
    ] as const) {
      const rows = await at.list(flags, {env: {...env, ...more}})
      expect(rows.map(({name, context}) => [name, context])).to.deep.equal([['ci', 'prod']])
    }
    expect(namesOf(await at.list('--context embedded', {env}))).to.deep.equal(['ours'])
    expect(requests).to.deep.equal([])
    const refused = await at.run('token list --context prod --vendor motherduck', {env})
    expect(refused).to.include({exitCode: 2})
    expect(refused.stderr).to.contain('The context prod is for astro')
  })

  it('has those of the current context; one without a credential is left out with a warning', async () => {
    await at.openAstro()
    await at.openMotherDuck()
    const url = `http://${at.env()['ASTRO_DOMAIN']}/v1`
    const env = {CI_TOKEN: at.env()['ASTRO_API_TOKEN'] ?? ''}
    const alone = async (words: string) => runTokenry(words.split(' '), {home: at.home, env})
    await alone(`context add prod --vendor astro --api-url ${url} --credential-env CI_TOKEN`)
    await alone(`context add bare --vendor astro --api-url ${url}`)
    await alone('context use prod')
    expect(resultOf<Row[]>(await alone('token list --json')).map(({context}) => context)).to.deep.equal(['prod'])
    await alone('context use bare')
    const without = await alone('token list --json')
    expect(without).to.include({exitCode: 0})
    expect(JSON.parse(without.stdout)).to.deep.include({ok: true, result: []})
    expect(JSON.parse(without.stdout).warnings).to.deep.equal([
      'The tokens of Astro are not listed: the context bare has no credential. Sign in: tokenry login --context bare --vendor astro',
    ])
    const named = await alone('token list --context bare')
    expect(named).to.include({exitCode: 3})
    expect(named.stderr).to.contain('The context bare has no credential')
  })

  for (const [why, refusal, reason] of [
    ['must not', answer(403, {code: 'FORBIDDEN', message: 'org_admin is required', issues: []}), 'org_admin'],
    ['cannot', answerText(404, 'Not Found'), 'MOTHERDUCK_API_BASE_URL'],
  ] as const) {
    it(`has the tokens of the own user, if the users ${why} be listed`, async () => {
      await at.openMotherDuck({
        'GET /v1/users': refusal,
        'GET /v1/users/elt/tokens': notFound(),
      })
      const url = at.env()['MOTHERDUCK_API_BASE_URL']
      await at.run(`context add md --vendor motherduck --api-url ${url} --credential-env MD --user etl`)
      const env = {MD: ADMIN_TOKEN}
      expect(namesOf(await at.list('--context md', {env}))).to.deep.equal(['ci'])
      const unknown = await at.run('token list --json --vendor motherduck')
      expect(unknown).to.include({exitCode: 9})
      expect(JSON.parse(unknown.stdout).warnings[0]).to.contain(reason)
      // A wrong name must not look like a user without tokens.
      await at.run(`context add typo --vendor motherduck --api-url ${url} --credential-env MD --user elt`)
      const wrong = await at.run('token list --context typo', {env})
      expect(wrong).to.include({exitCode: 6})
      expect(wrong.stderr).to.contain('The tokens of elt cannot be listed')
    })
  }

  it('asks the vendors concurrently: one that never answers does not keep the others from being read', async () => {
    const gate = Promise.withResolvers<void>()
    const {promise: asked, resolve: noteAsked} = Promise.withResolvers<void>()
    // Astro answers only after MotherDuck, which comes later in the list, was asked.
    await at.openAstro({deployments: (req, res) => void gate.promise.then(() => page('deployments', [])(req, res))})
    await at.openMotherDuck({
      'GET /v1/users/etl/tokens': (req, res) => {
        noteAsked()
        answer(200, {tokens: [OLD]})(req, res)
      },
    })
    const listing = at.list('', {env: {TOKENRY_HTTP_TIMEOUT: '20'}})
    await asked
    gate.resolve()
    expect((await listing).map(({vendor}) => vendor)).to.deep.equal(['astro', 'motherduck'])
  })

  it('reads the credentials concurrently too, and runs a credential command once', async () => {
    await at.openAstro()
    const url = `http://${at.env()['ASTRO_DOMAIN']}/v1`
    const secret = at.env()['ASTRO_API_TOKEN'] ?? ''
    const alone = (words: string[], options: Partial<RunOptions> = {}) => runTokenry(words, {home: at.home, ...options})
    const command = ['--credential-command', 'print-token']
    await alone(['context', 'add', 'op', '--vendor', 'astro', '--api-url', url, ...command])
    await alone(['context', 'use', 'op'])
    const {promise: asked, resolve: noteAsked} = Promise.withResolvers<void>()
    let runs = 0
    await at.openMotherDuck({
      'GET /v1/users/etl/tokens': (req, res) => {
        noteAsked()
        answer(200, {tokens: [OLD]})(req, res)
      },
    })
    const {ASTRO_API_TOKEN: _, ASTRO_DOMAIN: __, ...env} = at.env()
    const done = await alone(['token', 'list', '--json'], {
      env: {...env, TOKENRY_HTTP_TIMEOUT: '20'},
      credentials: {
        // Its token comes only after MotherDuck was asked.
        async runCredentialCommand() {
          runs += 1
          await asked
          return secret
        },
      },
    })
    expect(resultOf<Row[]>(done).map(({context}) => context)).to.deep.equal(['op', null])
    expect(runs).to.equal(1)
  })

  it('shows a person at a terminal where it looked', async () => {
    await at.openAstro()
    await at.openMotherDuck()
    const done = await at.run('token list', {tty: true, columns: 200})
    expect(done.stderr).to.match(/Using the context embedded, Astro \(127\.0\.0\.1:\d+\), MotherDuck \(127/)
  })

  it('never shows a secret', async () => {
    const ours = await at.makeAstro('ours')
    await at.openAstro()
    await at.openMotherDuck()
    for (const flags of ['', '--json', '--debug']) {
      const {stdout, stderr} = await at.run(`token list ${flags}`.trimEnd())
      for (const secret of [ours.token, at.env()['ASTRO_API_TOKEN'], ADMIN_TOKEN]) {
        expect(stdout + stderr).to.not.contain(secret)
      }
    }
  })
})
