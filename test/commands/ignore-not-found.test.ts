import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import type {TokenService} from '../../src/service/token-service.ts'
import {ASTRO_POLICY} from '../../src/vendors/astro/embedded/policy.ts'
import {type AstroHome, openAstroHome, type Scope} from '../support/astro-home.ts'
import {type RunOptions, resultOf, TEST_NOW} from '../support/run-tokenry.ts'
import {DAMAGES, makeForeignToken} from '../support/token-surroundings.ts'

const FLAG = '--ignore-not-found'
const NONE = 'clm8q7f6q000008lcgyougpsk'

/** The methods of the service that end something. */
type EndingMethod =
  | 'delete'
  | 'deleteDeployment'
  | 'deleteWorkspace'
  | 'deleteOrganization'
  | 'deleteRole'
  | 'deleteAccount'

describe('--ignore-not-found', () => {
  let at: AstroHome
  let file = ''
  beforeEach(async () => {
    at = await openAstroHome()
    file = join(at.home, 'token.txt')
  })

  const write = (token: string): string => {
    writeFileSync(file, token, {mode: 0o600})
    return file
  }

  /**
   * Expect that the line without the flag is NOT_FOUND, and that with the flag it succeeds and
   * changes nothing: as text, as JSON, with --dry-run if there is such a flag, and at a terminal
   * without a question.
   */
  async function expectGone(
    line: string,
    {wanted, message, dryRun = true}: {wanted: string | null; message: string; dryRun?: boolean},
  ): Promise<void> {
    await at.refused(`${line} --force`.replace(/(remove .*) --force/, '$1'), {exitCode: 6})
    const before = at.snapshot()
    expect(await at.run(`${line} ${FLAG}`), line).to.deep.equal({exitCode: 0, stdout: `${message}\n`, stderr: ''})
    expect(await at.json(`${line} ${FLAG}`)).to.deep.equal({gone: true, wanted, message})
    if (dryRun) expect(await at.json(`${line} ${FLAG} --dry-run`)).to.deep.equal({gone: true, wanted, message})
    const asked = await at.run(`${line} ${FLAG}`, {tty: true, answers: []})
    expect(asked).to.include({exitCode: 0, stdout: `${message}\n`})
    expect(at.snapshot(), line).to.equal(before)
  }

  /** Return a service in which someone else does the same just before `method`. */
  function overtaken(method: EndingMethod): Pick<RunOptions, 'fakeService'> {
    return {
      fakeService(real: TokenService): TokenService {
        const call = real[method].bind(real) as (...args: unknown[]) => Promise<unknown>
        const twice = async (...args: unknown[]) => {
          await call(...args)
          return call(...args)
        }
        return Object.assign(Object.create(real), {[method]: twice})
      },
    }
  }

  const place = (scope: Scope): string => {
    const id = {deployment: at.deploymentId, workspace: at.workspaceId, organization: at.organizationId}[scope]
    return `${scope} default (${id})`
  }

  for (const scope of ['deployment', 'workspace', 'organization'] satisfies Scope[]) {
    describe(`of ${scope} token delete`, () => {
      const line = `${scope} token delete`

      it('succeeds for an id or a name that is not there, and for a token that was deleted before', async () => {
        const {id} = await at.make(scope, 'ci')
        await at.json(`${line} ${id} --force`)
        for (const wanted of [id, NONE]) {
          await expectGone(`${line} ${wanted}`, {
            wanted,
            message: `No API token ${wanted} in ${place(scope)}; nothing to delete`,
          })
        }
        await expectGone(`${line} --name ci`, {
          wanted: 'ci',
          message: `No API token named ci in ${place(scope)}; nothing to delete`,
        })
      })

      it('succeeds for the secret of a deleted token, also if it was rotated before', async () => {
        const old = await at.make(scope, 'ci')
        const renewed = await at.json<{token: string}>(`${scope} token rotate ${old.id} --force`)
        await at.json(`${line} ${old.id} --force`)
        for (const [token, state] of [
          [old.token, 'rotated'],
          [renewed.token, 'deleted'],
        ] as const) {
          await expectGone(`${line} --token-file ${write(token)}`, {
            wanted: old.id,
            message: `The file does not hold the secret of a token here (${state}); nothing to delete`,
          })
        }
      })

      it('succeeds if someone else deletes the token first, also with --unused-for', async () => {
        for (const flags of ['', ' --unused-for 7d']) {
          const {id} = await at.make(scope, 'ci')
          const run = await at.run(`${line} ${id} --force ${FLAG}${flags} --json`, overtaken('delete'))
          expect(run).to.include({exitCode: 0, stderr: ''})
          const message = `API token ${id} was deleted by someone else in the meantime; nothing to delete`
          expect(resultOf(run)).to.deep.equal({gone: true, wanted: id, message})
        }
        const {id} = await at.make(scope, 'ci')
        expect(await at.run(`${line} ${id} --force`, overtaken('delete'))).to.include({exitCode: 6, stdout: ''})
      })

      it('deletes a token that is there, after a confirmation or with --force', async () => {
        const {id, token} = await at.make(scope, 'ci')
        await at.refused(`${line} ${id} ${FLAG}`, {exitCode: 2, words: ['confirmation', '--force']})
        const answers = [{to: `Delete the API token ci (${id}`, answer: false}]
        expect(await at.run(`${line} ${id} ${FLAG}`, {tty: true, answers})).to.include({exitCode: 130})
        expect(await at.valid(token)).to.equal(true)
        expect(await at.json(`${line} ${id} ${FLAG} --dry-run`)).to.include({dryRun: true, action: 'delete', id})
        expect(await at.json(`${line} ${id} ${FLAG} --force`)).to.include({id, ended: true})
        expect(await at.valid(token)).to.equal(false)
      })

      it('does not accept an ambiguous name, another name, or no name at all', async () => {
        const {id} = await at.make(scope, 'same')
        await at.make(scope, 'same')
        await at.refused(`${line} --name same --force ${FLAG}`, {exitCode: 7, words: [id]})
        await at.refused(`${line} ${id} --name other --force ${FLAG}`, {exitCode: 2, words: ['not named other']})
        await at.refused(`${line} --force ${FLAG}`, {exitCode: 2, words: ['No API token is named']})
      })

      it('does not accept a damaged secret, or one of another installation', async () => {
        const {token} = await at.make(scope, 'ci')
        const file = (text: string) => `${line} --force ${FLAG} --token-file ${write(text)}`
        for (const damage of Object.values(DAMAGES)) await at.refused(file(damage(token)), {exitCode: 2})
        await at.refused(file(token.slice(0, -2)), {exitCode: 2, words: ['one of its secrets']})
        await at.refused(file(await makeForeignToken()), {exitCode: 6, words: ['(not ours)']})
        expect(await at.valid(token)).to.equal(true)
      })
    })
  }

  describe('of a token elsewhere', () => {
    it('says only that the token is not here: the token of another deployment stays valid', async () => {
      const other = await at.json<{id: string}>('service deployment create other')
      const {id, token} = await at.make('deployment', 'ci', `--deployment-id ${at.deploymentId}`)
      await expectGone(`deployment token delete ${id} --deployment-id ${other.id}`, {
        wanted: id,
        message: `No API token ${id} in deployment other (${other.id}); nothing to delete`,
      })
      expect(await at.valid(token)).to.equal(true)
    })

    it('is refused for the secret of a token that still works in another place', async () => {
      const other = await at.json<{id: string}>('service deployment create other')
      const own = await at.make('deployment', 'own', `--deployment-id ${at.deploymentId}`)
      const wide = await at.make('organization', 'wide')
      const agent = await at.json<{token: string}>(
        `deployment token create --agent -n bot -e 1 --deployment-id ${at.deploymentId}`,
      )
      const line = (token: string, flags: string) =>
        `deployment token delete --force ${FLAG} --token-file ${write(token)} --deployment-id ${flags}`
      await at.refused(line(own.token, other.id), {exitCode: 6, words: [own.id]})
      await at.refused(line(wide.token, other.id), {exitCode: 6, words: ['tokenry organization token']})
      await at.refused(line(agent.token, at.deploymentId), {exitCode: 6, words: ['--agent']})
      await at.refused(line(agent.token, `${other.id} --agent`), {exitCode: 6})
      await at.refused(line(own.token, `${at.deploymentId} --agent`), {exitCode: 6})
      for (const {token} of [own, wide, agent]) expect(await at.valid(token)).to.equal(true)
    })

    it('is refused for a secret of a token that was only rotated, for `delete`', async () => {
      const old = await at.make('workspace', 'ci')
      const renewed = await at.json<{token: string}>('workspace token rotate -t ci --force')
      const line = `workspace token delete --force ${FLAG} --token-file ${write(old.token)}`
      await at.refused(line, {exitCode: 6, words: ['(rotated)']})
      expect(await at.valid(renewed.token)).to.equal(true)
    })

    it('is refused if the secret is of a deleted token and the id or the name is another one', async () => {
      const gone = await at.make('workspace', 'gone')
      const kept = await at.make('workspace', 'kept')
      await at.json('workspace token delete -t gone --force')
      const line = `workspace token delete --force ${FLAG} --token-file ${write(gone.token)}`
      await at.refused(`${line} ${kept.id}`, {exitCode: 6})
      await at.refused(`${line} --name kept`, {exitCode: 6})
      expect(await at.json(`${line} ${gone.id}`)).to.include({gone: true, wanted: gone.id})
      expect(await at.valid(kept.token)).to.equal(true)
    })

    it('succeeds for the secret of a token whose deployment was deleted with it', async () => {
      const other = await at.json<{id: string}>('service deployment create other')
      const {id, token} = await at.make('deployment', 'ci', `--deployment-id ${other.id}`)
      await at.json(`service deployment delete ${other.id} --force --confirm other`)
      const line = `deployment token delete --force --token-file ${write(token)}`
      await at.refused(line, {exitCode: 6})
      expect(await at.json(`${line} ${FLAG}`)).to.deep.equal({
        gone: true,
        wanted: id,
        message: `No deployment ${other.id}; nothing to delete`,
      })
      await at.refused(`${line} ${FLAG} --deployment-id ${other.id}`, {
        exitCode: 6,
        words: [`No deployment ${other.id}`],
      })
    })
  })

  it('does not accept a deployment, workspace, organization or context that does not exist', async () => {
    const lines = [
      [`deployment token delete ${NONE} --deployment-id nowhere`, 6],
      [`deployment token delete ${NONE} --workspace-id nowhere`, 6],
      [`deployment token delete ${NONE} --agent --deployment-id nowhere`, 6],
      [`workspace token delete ${NONE} --workspace-id nowhere`, 6],
      [`organization token delete ${NONE} --organization-id nowhere`, 6],
      [`deployment token delete ${NONE} --context nowhere`, 2],
      ['service workspace delete x --organization-id nowhere', 6],
      ['service deployment delete x --organization-id nowhere', 6],
      ['service role delete x --organization-id nowhere', 6],
      ['service user delete x --organization-id nowhere', 6],
    ] as const
    for (const [line, exitCode] of lines) {
      await at.refused(`${line} --force ${FLAG}`, {exitCode, words: ['nowhere']})
    }
    const env = {TOKENRY_DEPLOYMENT_ID: 'nowhere'}
    await at.refused(`deployment token delete ${NONE} --force ${FLAG}`, {exitCode: 6, words: ['nowhere']}, {env})
    for (const [line, words] of [
      [`deployment token organization-token remove ${NONE} --deployment-id nowhere`, ['nowhere']],
      [`deployment token workspace-token remove ${NONE} --deployment-id nowhere`, ['nowhere']],
      [`deployment token workspace-token remove ${NONE} --workspace-id nowhere`, ['nowhere']],
      [`workspace token organization-token remove ${NONE} --workspace-id nowhere`, ['nowhere']],
    ] as const) {
      await at.refused(`${line} ${FLAG}`, {exitCode: 6, words: [...words]})
    }
    const both = `deployment token workspace-token remove ${NONE} --deployment-id ${at.deploymentId}`
    await at.refused(`${both} --workspace-id nowhere ${FLAG}`, {exitCode: 6, words: ['No workspace nowhere']})
    expect(await at.json(`${both} --workspace-id ${at.workspaceId} ${FLAG}`)).to.include({gone: true})
  })

  describe('of deployment token delete --agent', () => {
    const line = 'deployment token delete --agent'
    const create = () => at.json<{id: string; token: string}>('deployment token create --agent -n bot -e 1')

    it('succeeds for an id, a name and a secret of a token that is gone', async () => {
      const {id, token} = await create()
      await at.json(`${line} ${id} --force`)
      const where = place('deployment')
      await expectGone(`${line} ${id}`, {wanted: id, message: `No agent token ${id} in ${where}; nothing to delete`})
      await expectGone(`${line} -t bot`, {
        wanted: 'bot',
        message: `No agent token named bot in ${where}; nothing to delete`,
      })
      await expectGone(`${line} --token-file ${write(token)}`, {
        wanted: id,
        message: 'The file does not hold the secret of a token here (deleted); nothing to delete',
      })
    })

    it('succeeds if someone else deletes the token first', async () => {
      const {id} = await create()
      const run = await at.run(`${line} -t bot --force ${FLAG}`, overtaken('delete'))
      expect(run).to.deep.equal({
        exitCode: 0,
        stdout: `Agent token ${id} was deleted by someone else in the meantime; nothing to delete\n`,
        stderr: '',
      })
    })
  })

  describe('of delete for a token of a wider scope', () => {
    it('succeeds if the token has no role here, and leaves its roles elsewhere', async () => {
      const {id, token} = await at.make('organization', 'ops')
      await at.json(`deployment token organization-token add ${id} -r DEPLOYMENT_ADMIN`)
      await expectGone(`workspace token delete ${id}`, {
        wanted: id,
        message: `No API token ${id} in ${place('workspace')}; nothing to delete`,
      })
      expect(at.rolesOf(id)).to.deep.equal(['ORGANIZATION_OWNER', 'DEPLOYMENT_ADMIN'])
      expect(await at.valid(token)).to.equal(true)
    })

    it('succeeds if someone else deletes the token before its role is removed', async () => {
      const {id} = await at.make('organization', 'ops')
      await at.json(`workspace token add ${id} -r WORKSPACE_MEMBER`)
      const run = await at.run(`workspace token delete ${id} --force ${FLAG} --json`, deletedBeforeRoles(id))
      expect(resultOf(run)).to.include({gone: true, wanted: id})
      expect(run.exitCode).to.equal(0)
    })
  })

  for (const {group, owner, of} of [
    {group: 'deployment token organization-token', owner: 'organization', of: 'deployment'},
    {group: 'deployment token workspace-token', owner: 'workspace', of: 'deployment'},
    {group: 'workspace token organization-token', owner: 'organization', of: 'workspace'},
  ] satisfies {group: string; owner: Scope; of: Scope}[]) {
    describe(`of ${group} remove`, () => {
      const nameFlag = `--${owner === 'organization' ? 'org' : owner}-token-name`
      const title = owner === 'organization' ? 'Organization' : 'Workspace'
      const role = of === 'deployment' ? 'DEPLOYMENT_ADMIN' : 'WORKSPACE_MEMBER'

      it('succeeds for a token that does not exist, and for one that has no role here', async () => {
        const {id} = await at.make(owner, 'ops')
        for (const wanted of [NONE, id]) {
          await expectGone(`${group} remove ${wanted}`, {
            wanted,
            message: `No ${title} API token ${wanted} in ${place(of)}; nothing to remove`,
          })
        }
        await expectGone(`${group} remove ${nameFlag} ops`, {
          wanted: 'ops',
          message: `No ${title} API token named ops in ${place(of)}; nothing to remove`,
        })
      })

      it('succeeds if someone else deletes the token first; without the flag that is NOT_FOUND', async () => {
        const {id} = await at.make(owner, 'ops')
        await at.json(`${group} add ${id} -r ${role}`)
        const copy = deletedBeforeRoles(id)
        const run = await at.run(`${group} remove ${id} ${FLAG} --json`, copy)
        expect(run).to.include({exitCode: 0, stderr: ''})
        expect(resultOf(run)).to.deep.equal({
          gone: true,
          wanted: id,
          message: `API token ${id} was deleted by someone else in the meantime; nothing to remove`,
        })
        const next = await at.make(owner, 'next')
        await at.json(`${group} add ${next.id} -r ${role}`)
        const refused = await at.run(`${group} remove ${next.id}`, deletedBeforeRoles(next.id))
        expect(refused).to.include({exitCode: 6, stdout: ''})
      })

      it('removes a role that is there, and does not accept an ambiguous name', async () => {
        const {id} = await at.make(owner, 'ops')
        await at.json(`${group} add ${id} -r ${role}`)
        const second = await at.make(owner, 'ops')
        await at.json(`${group} add ${second.id} -r ${role}`)
        await at.refused(`${group} remove ${nameFlag} ops ${FLAG}`, {exitCode: 7, words: [id, second.id]})
        expect(await at.json(`${group} remove ${id} ${FLAG} --dry-run`)).to.include({dryRun: true, action: 'remove'})
        expect(await at.json(`${group} remove ${id} ${FLAG}`)).to.deep.include({
          id,
          changes: [{field: 'role', before: role, after: null}],
        })
        expect(at.rolesOf(id)).to.not.include(role)
      })
    })
  }

  /** Return a service in which someone else deletes the token just before its roles are written. */
  function deletedBeforeRoles(tokenId: string): Pick<RunOptions, 'fakeService'> {
    return {
      fakeService(real: TokenService): TokenService {
        const replaceRoles: TokenService['replaceRoles'] = async (policy, actor, change) => {
          await real.delete(policy, actor, {organizationId: at.organizationId, tokenId})
          return real.replaceRoles(policy, actor, change)
        }
        return Object.assign(Object.create(real), {replaceRoles})
      },
    }
  }

  describe('of token revoke', () => {
    const line = 'token revoke --token-file'

    it('succeeds for a secret that was deleted or rotated: it has stopped working', async () => {
      const old = await at.make('workspace', 'ci')
      const renewed = await at.json<{token: string}>('workspace token rotate -t ci --force')
      await expectGone(`${line} ${write(old.token)}`, {
        wanted: old.id,
        message: 'The token is not in use here (rotated); nothing to revoke',
      })
      expect(await at.valid(renewed.token)).to.equal(true)
      await at.json('workspace token delete -t ci --force')
      await expectGone(`${line} ${write(renewed.token)}`, {
        wanted: old.id,
        message: 'The token is not in use here (deleted); nothing to revoke',
      })
    })

    it('succeeds for a secret of this installation whose token is not in the store', async () => {
      const {id, token} = await at.make('workspace', 'ci')
      const db = at.database()
      for (const table of ['token_role', 'token_value']) db.prepare(`DELETE FROM ${table} WHERE token_id = ?`).run(id)
      db.prepare('DELETE FROM token WHERE id = ?').run(id)
      db.close()
      await expectGone(`${line} ${write(token)}`, {
        wanted: null,
        message: 'The token is not in use here (unknown); nothing to revoke',
      })
      await expectGone(`workspace token delete --token-file ${file}`, {
        wanted: null,
        message: 'The file does not hold the secret of a token here (unknown); nothing to delete',
      })
    })

    it('succeeds if someone else revokes the token first', async () => {
      const {id, token} = await at.make('workspace', 'ci')
      const run = await at.run(`${line} ${write(token)} --force ${FLAG}`, overtaken('delete'))
      expect(run).to.deep.equal({
        exitCode: 0,
        stdout: `API token ${id} was deleted by someone else in the meantime; nothing to revoke\n`,
        stderr: '',
      })
    })

    it('succeeds if someone else deletes the token while it is looked up', async () => {
      const {id, token} = await at.make('workspace', 'ci')
      const fakeService = (real: TokenService): TokenService =>
        Object.assign(Object.create(real), {
          async verify(secret: string) {
            const verdict = await real.verify(secret)
            await real.delete(
              ASTRO_POLICY,
              {type: 'local', id: 'other'},
              {organizationId: at.organizationId, tokenId: id},
            )
            return verdict
          },
        })
      const run = await at.run(`${line} ${write(token)} --force ${FLAG} --json`, {fakeService})
      expect(run).to.include({exitCode: 0, stderr: ''})
      expect(resultOf(run)).to.include({gone: true, wanted: id})
    })

    it('revokes a token that works, after a confirmation or with --force', async () => {
      const {id, token} = await at.make('workspace', 'ci')
      await at.refused(`${line} ${write(token)} ${FLAG}`, {exitCode: 2, words: ['confirmation', '--force']})
      expect(await at.json(`${line} ${file} ${FLAG} --dry-run`)).to.include({dryRun: true, id})
      expect(await at.json(`${line} ${file} ${FLAG} --force`)).to.include({id, revokedAt: '2026-11-22T12:00:00Z'})
      expect(await at.valid(token)).to.equal(false)
    })

    it('does not accept what is not a token, a damaged one, or one of another installation', async () => {
      const {token} = await at.make('workspace', 'ci')
      const [header = '', payload = '', signature = ''] = token.split('.')
      const claims = {...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'cnone'}
      const forged = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
      for (const [text, exitCode] of [
        ['no token', 2],
        [token.slice(0, -2), 2],
        [forged, 2],
        [await makeForeignToken(), 6],
      ] as const) {
        await at.refused(`${line} ${write(text)} --force ${FLAG}`, {exitCode})
      }
      const used = ['--unused-for', '2h']
      await at.use(token, TEST_NOW - 3_600_000)
      await at.refused(`${line} ${write(token)} --force ${FLAG} ${used.join(' ')}`, {exitCode: 10})
      expect(await at.valid(token)).to.equal(true)
    })
  })

  describe('of service', () => {
    for (const {noun, name, method} of [
      {noun: 'deployment', name: 'other', method: 'deleteDeployment'},
      {noun: 'workspace', name: 'other', method: 'deleteWorkspace'},
      {noun: 'organization', name: 'other', method: 'deleteOrganization'},
      {noun: 'role', name: 'deployer', method: 'deleteRole'},
      {noun: 'user', name: 'ann@example.com', method: 'deleteAccount'},
    ] satisfies {noun: string; name: string; method: EndingMethod}[]) {
      const line = `service ${noun} delete`

      it(`${noun} delete succeeds for one that is not there, and asks nothing`, async () => {
        await expectGone(`${line} ${name}`, {
          wanted: name,
          message: `No ${noun} ${name}; nothing to delete`,
          dryRun: false,
        })
      })

      it(`${noun} delete succeeds if someone else deletes it first; without the flag that is NOT_FOUND`, async () => {
        const {id} = await at.json<{id: string}>(`service ${noun} create ${name}`)
        const run = await at.run(`${line} ${name} --force ${FLAG} --json`, overtaken(method))
        expect(run).to.include({exitCode: 0, stderr: ''})
        const what = noun === 'role' ? `custom role ${name}` : `${noun} ${id}`
        const wanted = noun === 'role' ? name : id
        expect(resultOf(run)).to.deep.equal({gone: true, wanted, message: `No ${what}; nothing to delete`})
        await at.json(`service ${noun} create ${name}`)
        expect(await at.run(`${line} ${name} --force`, overtaken(method))).to.include({exitCode: 6, stdout: ''})
      })

      it(`${noun} delete still needs an argument, and a confirmation for one that is there`, async () => {
        const {id} = await at.json<{id: string}>(`service ${noun} create ${name}`)
        await at.refused(`${line} ${FLAG} --force`, {exitCode: 2, words: [noun.toUpperCase()]})
        await at.refused(`${line} ${name} ${FLAG}`, {exitCode: 2, words: ['--force']})
        expect(await at.json(`${line} ${name} ${FLAG} --force`)).to.include({id})
      })
    }

    it('deployment delete does not accept that the organization is gone', async () => {
      const deleteDeployment = async () => {
        throw new AppError('NOT_FOUND', 'No organization x', {reason: 'organization-missing'})
      }
      const fakeService = (real: TokenService): TokenService => Object.assign(Object.create(real), {deleteDeployment})
      const words = ['No organization x']
      await at.refused(`service deployment delete default --force ${FLAG}`, {exitCode: 6, words}, {fakeService})
    })

    it('organization delete does not accept the deletion of the only one', async () => {
      await at.refused(`service organization delete default --force ${FLAG}`, {exitCode: 7})
    })

    it('workspace delete does not accept a name that is the id of another one', async () => {
      const {id} = await at.json<{id: string}>('service workspace create data')
      await at.json(`service workspace create ${id}`)
      await at.refused(`service workspace delete ${id} --force ${FLAG}`, {exitCode: 7, words: [id]})
    })
  })
})
