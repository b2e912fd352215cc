import {chmodSync, existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {openEmbeddedService} from '../../src/service/open.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {keepSettings} from '../support/keep-settings.ts'
import {resultOf, TEST_NOW} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {issueTinyToken, TINY_POLICY, WITH_TINY} from '../support/tiny-vendor.ts'
import {DAMAGES, makeForeignToken, SURROUNDINGS} from '../support/token-surroundings.ts'

const LINE = 'token revoke --token-file'
const LATER = {nowMs: TEST_NOW + 3_600_000}

describe('token revoke', () => {
  let at: AstroHome
  let file = ''
  beforeEach(async () => {
    at = await openAstroHome()
    file = join(at.home, 'leaked.txt')
  })

  /** Write the token to the file. Return the path. */
  const write = (token: string): string => {
    writeFileSync(file, token, {mode: 0o600})
    return file
  }

  async function makeTiny(kind = 'key'): Promise<{id: string; token: string}> {
    const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
    const {organizationId, workspaceId} = at
    const {secret, token} = await issueTinyToken(service, {organizationId, workspaceId}, {kind})
    await service.close()
    return {id: token.id, token: secret}
  }

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    it(`ends a ${scope} token, and prints which one it was`, async () => {
      const {id, token} = await at.make(scope, 'ci')
      const other = await at.make(scope, 'other')
      const entityId = {deployment: at.deploymentId, workspace: at.workspaceId, organization: at.organizationId}[scope]
      expect(await at.json(`${LINE} ${write(token)} --force`)).to.deep.equal({
        id,
        name: 'ci',
        vendor: 'astro',
        scope: scope.toUpperCase(),
        entityId,
        organizationId: at.organizationId,
        revokedAt: '2026-11-22T12:00:00Z',
      })
      expect([await at.valid(token), await at.valid(other.token)]).to.deep.equal([false, true])
    })
  }

  it('ends an agent token', async () => {
    const {id, token} = await at.json<{id: string; token: string}>('deployment token create --agent -n agent -e 30')
    expect(await at.json(`${LINE} ${write(token)} -f`)).to.include({id, name: 'agent'})
    expect(await at.valid(token)).to.equal(false)
    expect(await at.json('deployment token list --agent')).to.deep.equal([])
  })

  it('ends a token of another vendor in the list, and refuses one of a vendor that is not in the list', async () => {
    const {id, token} = await makeTiny()
    await at.refused(`${LINE} ${write(token)} -f`, {exitCode: 6, words: ['tiny', 'does not support']})
    expect(await at.valid(token)).to.equal(true)
    const run = await at.run(`${LINE} ${file} -f --json`, {vendors: WITH_TINY})
    expect(resultOf(run)).to.include({id, vendor: 'tiny', name: 'tiny key'})
    expect(await at.valid(token)).to.equal(false)
  })

  for (const [name, surround] of Object.entries(SURROUNDINGS)) {
    it(`reads the token from a file and, with -, from standard input, with ${name}`, async () => {
      const [one, two] = [await at.make('workspace', 'one'), await at.make('workspace', 'two')]
      expect(await at.json(`${LINE} ${write(surround(one.token))} -f`)).to.include({id: one.id})
      const run = await at.run(`${LINE} - -f`, {stdin: surround(two.token)})
      expect(run).to.deep.equal({
        exitCode: 0,
        stdout: `Token two (${two.id}) was successfully revoked\n`,
        stderr: '',
      })
      expect([await at.valid(one.token), await at.valid(two.token)]).to.deep.equal([false, false])
    })
  }

  for (const [name, damage] of Object.entries(DAMAGES)) {
    it(`is USAGE, and never NOT_FOUND, for a token with ${name}`, async () => {
      const {token} = await at.make('deployment', 'ci')
      const {stderr} = await at.refused(`${LINE} ${write(damage(token))} --force`, {exitCode: 2})
      expect(stderr)
        .to.match(/is not a token|More than one line/)
        .and.to.not.contain(token.slice(60, 90))
      expect(await at.valid(token)).to.equal(true)
    })
  }

  it('is USAGE for a truncated secret while its token exists, with the id of that token', async () => {
    const {id, token} = await at.make('deployment', 'ci')
    await at.refused(`${LINE} ${write(token.slice(0, -2))} -f`, {exitCode: 2, words: [id, 'one of its secrets']})
    const tiny = await makeTiny()
    write(tiny.token.slice(0, -2))
    const run = await at.run(`${LINE} ${file} -f`, {vendors: WITH_TINY})
    expect(run.exitCode).to.equal(2)
    expect(run.stderr).to.contain(tiny.id)
  })

  it('is NOT_FOUND for a secret that was deleted or rotated or is of another installation', async () => {
    const old = await at.make('workspace', 'ci')
    const renewed = await at.json<{token: string}>('workspace token rotate -t ci -f')
    await at.refused(`${LINE} ${write(old.token)} -f`, {exitCode: 6, words: ['(rotated)', 'token verify']})
    expect(await at.json(`${LINE} ${write(renewed.token)} -f`)).to.include({id: old.id})
    await at.refused(`${LINE} ${file} -f`, {exitCode: 6, words: ['(deleted)']})
    await at.refused(`${LINE} ${write(await makeForeignToken())} -f`, {
      exitCode: 6,
      words: ['not ours', 'tokens of this installation only'],
    })
  })

  it('accepts a file that others can read, because the token has leaked anyway', async () => {
    const {id, token} = await at.make('workspace', 'ci')
    chmodSync(write(token), 0o644)
    expect(await at.json(`${LINE} ${file} -f`)).to.include({id})
  })

  it('is USAGE for changed claims: a token that was created here is not reported as missing', async () => {
    const [header = '', payload = '', signature = ''] = (await at.make('workspace', 'ci')).token.split('.')
    const claims: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const changed = Buffer.from(JSON.stringify({...claims, sub: 'cnone'})).toString('base64url')
    write([header, changed, signature].join('.'))
    await at.refused(`${LINE} ${file} -f`, {exitCode: 2, words: ['was changed since']})
  })

  it('ends a token that has expired, and ends an old secret in grace together with the new one', async () => {
    const {token} = await at.make('workspace', 'short')
    const late = {nowMs: TEST_NOW + 90 * 86_400_000}
    expect(await at.run(`${LINE} ${write(token)} -f`, late)).to.include({exitCode: 0})
    const old = await at.make('workspace', 'ci')
    const renewed = await at.json<{token: string}>('workspace token rotate -t ci -f --grace 24h')
    expect(await at.valid(old.token)).to.equal(true)
    await at.json(`${LINE} ${write(renewed.token)} -f`)
    expect([await at.valid(old.token), await at.valid(renewed.token)]).to.deep.equal([false, false])
  })

  it('finds a token by an old secret that is in grace', async () => {
    const old = await at.make('workspace', 'ci')
    const renewed = await at.json<{token: string}>('workspace token rotate -t ci -f --grace 24h')
    expect(await at.json(`${LINE} ${write(old.token)} -f`)).to.include({id: old.id})
    expect(await at.valid(renewed.token)).to.equal(false)
  })

  it('only prints the plan with --dry-run', async () => {
    const {id, token} = await at.make('workspace', 'ci')
    expect(await at.json(`${LINE} ${write(token)} --dry-run`)).to.deep.equal({
      dryRun: true,
      action: 'revoke',
      id,
      name: 'ci',
      vendor: 'astro',
      scope: 'WORKSPACE',
      entityId: at.workspaceId,
      organizationId: at.organizationId,
      changes: [{field: 'token', before: `…${token.slice(-8)}`, after: null}],
    })
    expect((await at.run(`${LINE} ${file} --dry-run`)).stdout).to.contain(`Would revoke ci (${id})`)
    expect(await at.valid(token)).to.equal(true)
  })

  describe('asks', () => {
    it('before it ends a token, and shows the token and its last use', async () => {
      const {id, token} = await at.make('workspace', 'ci')
      const message = `Revoke the API token ci (${id}) of workspace ${at.workspaceId}, never used? This cannot be undone.`
      const no = await at.run(`${LINE} ${write(token)}`, {tty: true, answers: [{to: message, answer: false}]})
      expect(no.exitCode).to.equal(130)
      expect(await at.valid(token)).to.equal(true)
      const yes = await at.run(`${LINE} ${file}`, {tty: true, answers: [{to: message, answer: true}]})
      expect(yes.exitCode).to.equal(0)
      expect(await at.valid(token)).to.equal(false)
    })

    it('for a file that is not given, and does not read the token from stdin instead', async () => {
      const {token} = await at.make('workspace', 'ci')
      const answers = [{to: 'File that contains the token', answer: write(token)}]
      expect(await at.run('token revoke --force', {tty: true, answers})).to.include({exitCode: 0})
      expect(await at.valid(token)).to.equal(false)
      await at.refused('token revoke --force', {exitCode: 2, words: ['--token-file is missing']}, {stdin: token})
    })

    it('for the file again if the token itself is typed, and repeats no part of it', async () => {
      const {token} = await at.make('workspace', 'ci')
      const answers = [{to: 'File that contains', answer: token}]
      const run = await at.run('token revoke --force', {tty: true, answers})
      expect(run.exitCode).to.not.equal(0)
      expect(run.stdout + run.stderr).to.not.contain(token.slice(60, 90))
      expect(await at.valid(token)).to.equal(true)
    })

    it('for --force if no question may be asked, before it reads anything', async () => {
      await at.refused(`${LINE} ${join(at.home, 'none')}`, {exitCode: 2, words: ['--force']})
    })
  })

  it('refuses to read a token from a terminal', async () => {
    const run = await at.run(`${LINE} - -f`, {tty: true})
    expect(run.exitCode).to.equal(2)
    expect(run.stderr).to.contain('cannot be typed at a terminal')
  })

  it('refuses the token that the caller is signed in with, unless --self is given', async () => {
    const {token} = await at.make('organization', 'me')
    const env = {ASTRO_API_TOKEN: token}
    const words = ['me', 'signed in with (ASTRO_API_TOKEN)', '--self']
    await at.refused(`${LINE} ${write(token)} -f`, {exitCode: 2, words}, {env})
    await at.refused(`${LINE} ${file} -f`, {exitCode: 3, words: ['ASTRO_API_TOKEN']}, {env: {ASTRO_API_TOKEN: ''}})
    expect(await at.valid(token)).to.equal(true)
    expect(await at.run(`${LINE} ${file} -f --self`, {env})).to.include({exitCode: 0})
    expect(await at.valid(token)).to.equal(false)
  })

  it('refuses a token that was used within --unused-for, and one of a vendor that does not report uses', async () => {
    const {id, token} = await at.make('workspace', 'ci')
    const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
    await service.authenticate(ASTRO_POLICY, token)
    await service.close()
    const words = [id, 'was used', 'tokenry workspace token list --sort -last-used']
    await at.refused(`${LINE} ${write(token)} -f --unused-for 2h`, {exitCode: 10, words}, LATER)
    expect(await at.valid(token)).to.equal(true)
    expect(await at.run(`${LINE} ${file} -f --unused-for 30m`, LATER)).to.include({exitCode: 0})
    const tiny = await makeTiny()
    write(tiny.token)
    const run = await at.run(`${LINE} ${file} -f --unused-for 1s`, {vendors: WITH_TINY})
    expect(run.exitCode).to.equal(2)
    expect(run.stderr).to.contain('does not report when a token was used')
  })

  it('works only with the embedded service: another context is refused, and no store is created for it', async () => {
    const home = tempFolder()
    const contexts = [{vendor: 'astro', name: 'prod', places: {}}]
    await keepSettings(join(home, 'config'), {contexts, current: {}}, WITH_TINY)
    const line = `${LINE} ${write((await at.make('workspace', 'ci')).token)} -f`
    const store = join(home, 'data')
    for (const [context, word] of [
      ['prod', 'The context prod is for astro'],
      ['none', 'No context named none'],
    ]) {
      const run = await at.run(`${line} --context ${context}`, {home})
      expect(run).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.contain(word)
      expect(existsSync(store), context).to.equal(false)
    }
    expect((await at.run(line, {home})).exitCode).to.equal(6)
    expect(existsSync(store), 'the embedded service').to.equal(true)
  })

  it('is in the audit trail as the deletion of a token', async () => {
    const {id, token} = await at.make('workspace', 'ci')
    await at.json(`${LINE} ${write(token)} -f`)
    const {service} = await openEmbeddedService(join(at.home, 'data'), () => TEST_NOW, TINY_POLICY)
    const trail = await service.read.listAudit(at.organizationId)
    await service.close()
    expect(trail.filter(({targetId}) => targetId === id).map(({action}) => action)).to.have.members([
      'token.delete',
      'token.create',
    ])
  })
})
