import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import {ASTRO_BIN, type BinaryHome, createHome} from './astro-binary.ts'
import {type FrozenWorld, freezeWorld, thawWorld, type World} from './world.ts'

const DAY_MS = 86_400_000
const START_LINE = 'Using an Astro API Token\n'

if (ASTRO_BIN) {
  describe('the real astro binary in unusual situations', function () {
    this.timeout(120_000)
    let frozen: FrozenWorld
    let world: World
    let server: HttpServer
    beforeEach(async () => {
      frozen = await freezeWorld(Date.now())
      world = await thawWorld(frozen)
      server = await world.listen()
    })
    afterEach(async () => {
      await server.stop(0)
      await world.service.close()
    })

    /** Create settings with this token, as an earlier login would have written them. */
    function homeOf(token: string): BinaryHome {
      return createHome(server.port, {
        token: `Bearer ${token}`,
        expiresin: '2099-01-01T00:00:00Z',
        organization: world.organizationId,
        workspace: world.workspaceId,
      })
    }
    const ownHome = () => homeOf(world.ownerToken.token)
    /** Run the binary without settings: everything is in the environment. */
    const runWithToken = (token: string, args: string[]) =>
      createHome(server.port, null).run(args, {env: {ASTRO_API_TOKEN: token}})
    const list = ['organization', 'token', 'list']
    const refusedWith = (message: string) => ({exitCode: 1, stdout: '', stderr: `Error: ${message}\n`})

    it('creates, rotates, updates, adds and deletes a token', async () => {
      const home = ownHome()
      const outputOf = async (...args: string[]) => {
        const {exitCode, stdout, stderr} = await home.run(args)
        expect([exitCode, stderr]).to.deep.equal([0, ''])
        return stdout.trimEnd()
      }
      const create = ['organization', 'token', 'create', '-n', 'smoke', '-r', 'ORGANIZATION_MEMBER', '-c']
      const first = await outputOf(...create)
      const id = JSON.parse(Buffer.from(first.split('.')[1] ?? '', 'base64url').toString()).apiTokenId
      expect(await outputOf(...list)).to.contain(` ${id}     smoke `)
      const second = await outputOf('organization', 'token', 'rotate', '-t', 'smoke', '-f', '-c')
      expect(await world.service.verify(first)).to.include({valid: false, reason: 'rotated'})
      await outputOf('organization', 'token', 'update', '-t', 'smoke', '-n', 'smoke2')
      await outputOf('workspace', 'token', 'add', '-n', 'smoke2', '-r', 'WORKSPACE_MEMBER')
      const {name, roles} = await world.owner.getToken(world.organizationId, id)
      expect([name, roles.map(({role}) => role)]).to.deep.equal(['smoke2', ['ORGANIZATION_MEMBER', 'WORKSPACE_MEMBER']])
      expect((await world.service.verify(second)).valid).to.equal(true)
      await outputOf('organization', 'token', 'delete', '-t', 'smoke2', '-f')
      expect(await world.service.verify(second)).to.include({valid: false, reason: 'deleted'})
    })

    it('works with its old settings after the service was restarted', async () => {
      const home = ownHome()
      const made = await home.run(['organization', 'token', 'create', '-n', 'kept', '-r', 'ORGANIZATION_MEMBER', '-c'])
      const {port} = server
      await server.stop(0)
      await world.service.close()
      const away = await home.run(list)
      expect([away.exitCode, away.stdout]).to.deep.equal([1, ''])
      expect(away.stderr).to.match(/^Error: .*connection refused\n$/)

      world = await thawWorld({...frozen, storeFile: readFileSync(join(world.dataFolder, 'tokenry.db'))})
      server = await world.listen(port)
      const listed = await home.run(list)
      expect([listed.exitCode, listed.stderr]).to.deep.equal([0, ''])
      expect(listed.stdout).to.contain(' kept ')
      expect(await homeOf(made.stdout.trimEnd()).run(list)).to.deep.equal(
        refusedWith(`This credential may not manage API tokens of organization ${world.organizationId}`),
      )
    })

    it('reports why an expired token is refused', async () => {
      world.clock.nowMs = Date.now() - 2 * DAY_MS
      const body = {
        scope: 'ORGANIZATION',
        role: 'ORGANIZATION_OWNER',
        entityId: '',
        tokenExpiryPeriodInDays: 1,
      } as const
      const {id, token} = await world.create(body)
      world.clock.nowMs = Date.now()
      expect(await homeOf(token).run(list)).to.deep.equal(refusedWith('The API token is missing, invalid or expired'))
      const {exitCode, stdout, stderr} = await runWithToken(token, list)
      expect({exitCode, stdout}).to.deep.equal({
        exitCode: 1,
        stdout: `${START_LINE}The given API Token ${id} has expired \n`,
      })
      expect(stderr).to.match(/^Error: API Token is expired\nUsage:\n/)
      expect(world.log.map(({status}) => status)).to.deep.equal([401])
    })

    it('reports the same for a rotated or deleted token, with settings and with the token in the environment', async () => {
      const body = {scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER', entityId: ''} as const
      const [rotated, deleted] = [await world.create(body), await world.create(body)]
      await world.owner.rotateToken(world.organizationId, rotated.id)
      await world.owner.deleteToken(world.organizationId, deleted.id)
      const refusal = refusedWith('The API token is missing, invalid or expired')
      for (const {token} of [rotated, deleted]) {
        expect(await homeOf(token).run(list)).to.deep.equal(refusal)
        expect(await runWithToken(token, list)).to.deep.equal({...refusal, stdout: START_LINE})
      }
    })

    it('reports which action is forbidden to a token without the permission', async () => {
      const member = world.tokens.get('ws-one')
      const home = homeOf(member?.token ?? '')
      const {workspaceId: workspace, deploymentId: deployment, organizationId: organization} = world
      for (const [args, message] of [
        [list, `This credential may not manage API tokens of organization ${organization}`],
        [['workspace', 'token', 'list'], `This credential may not manage API tokens of workspace ${workspace}`],
        [
          ['deployment', 'token', 'create', '-n', 'x', '-r', 'DEPLOYMENT_ADMIN', '--deployment-id', deployment],
          `This credential may not manage API tokens of deployment ${deployment}`,
        ],
        [
          ['workspace', 'token', 'list', '--workspace-id', world.otherWorkspaceId],
          `No workspace ${world.otherWorkspaceId}`,
        ],
      ] as const) {
        expect(await home.run([...args])).to.deep.equal(refusedWith(message))
      }
      expect((await runWithToken(member?.token ?? '', ['workspace', 'token', 'list'])).stderr).to.equal(
        `Error: This credential may not manage API tokens of workspace ${workspace}\n`,
      )
    })

    for (const name of [
      `"quoted" 'twice' \`thrice\``,
      'über 🚀 \u2028 日本',
      '100% %s %d',
      'two\nlines',
      '--force',
      '../..?a=b&c#d',
    ]) {
      it(`finds, rotates and deletes a token with the name ${JSON.stringify(name)}`, async () => {
        const home = ownHome()
        const run = async (...args: string[]) => {
          const {exitCode, stdout, stderr} = await home.run(['organization', 'token', ...args])
          expect([exitCode, stderr]).to.deep.equal([0, ''])
          return stdout
        }
        const value = (await run('create', `--name=${name}`, '-r', 'ORGANIZATION_MEMBER', '-c')).trimEnd()
        const [made] = (await world.owner.listTokens(world.organizationId, {limit: 1000})).tokens.filter(
          (token) => token.name === name,
        )
        expect(await run('list')).to.contain(` ${made?.id}     ${name} `)
        const next = (await run('rotate', `--name=${name}`, '-f', '-c')).trimEnd()
        expect([(await world.service.verify(value)).valid, (await world.service.verify(next)).valid]).to.deep.equal([
          false,
          true,
        ])
        await run('update', `--name=${name}`, '-d', name)
        expect((await world.owner.getToken(world.organizationId, made?.id ?? '')).description).to.equal(name)
        expect(await run('delete', `--name=${name}`, '-f')).to.equal(
          `Astro Organization API token ${name} was successfully deleted\n`,
        )
        expect((await world.service.verify(next)).valid).to.equal(false)
      })
    }

    it('lists a thousand tokens and finds the last one by its name', async () => {
      for (let index = 0; index < 1000; index++) {
        await world.create({name: `more ${index}`, scope: 'ORGANIZATION', role: 'ORGANIZATION_MEMBER', entityId: ''})
      }
      const home = ownHome()
      const {stdout} = await home.run(list)
      const ids = stdout
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim().split(' ')[0])
      const {tokens} = await world.owner.listTokens(world.organizationId, {
        limit: 1000,
        includeOnlyOrganizationTokens: true,
      })
      const rest = {limit: 1000, offset: 1000, includeOnlyOrganizationTokens: true}
      const {tokens: more} = await world.owner.listTokens(world.organizationId, rest)
      expect(ids).to.deep.equal([...tokens, ...more].map(({id}) => id))
      expect(world.log).to.have.lengthOf(Math.ceil(ids.length / 100))
      const {exitCode, stderr} = await home.run(['organization', 'token', 'delete', '-t', 'more 999', '-f'])
      expect([exitCode, stderr]).to.deep.equal([0, ''])
      const left = await world.owner.listTokens(world.organizationId, {includeOnlyOrganizationTokens: true})
      expect(left.totalCount).to.equal(ids.length - 1)
    })

    for (const [words, expected] of [
      ['deployment inspect {dep} --workspace-id {ws} --key configuration.executor', 'CELERY'],
      ['deployment list --workspace-id {ws}', '{dep}'],
      ['deployment connection list --deployment-id {dep} --workspace-id {ws}', 'has-no-airflow:none'],
      ['deployment pool list --deployment-id {dep} --workspace-id {ws}', 'has-no-airflow:none'],
      ['deployment worker-queue delete -n q -d {dep} --workspace-id {ws} -f', 'worker queue does not exist'],
      ['deployment logs {dep} --workspace-id {ws}', 'Not part of the embedded token service'],
      ['deployment delete {dep} --workspace-id {ws} -f', 'changes only tokens'],
      ['deployment user list --deployment-id {dep}', 'Not part of the embedded token service'],
      ['workspace team list', 'Not part of the embedded token service'],
      ['workspace create -n more', 'changes only tokens'],
      ['organization user list', 'Not part of the embedded token service'],
      ['organization role list', 'DESCRIPTION'],
      ['env variable list --workspace-id {ws}', 'Not part of the embedded token service'],
      ['ide project list', 'Not part of the embedded token service'],
      ['api cloud /users/self', '"status": "ACTIVE"'],
    ] as const) {
      it(`does not crash in \`astro ${words}\``, async () => {
        const args = words.replace('{dep}', world.deploymentId).replace('{ws}', world.workspaceId).split(' ')
        const {exitCode, stdout, stderr} = await ownHome().run(args)
        expect(stdout + stderr).to.contain(expected.replace('{dep}', world.deploymentId))
        expect(stderr).to.not.match(/^(panic|goroutine)/m)
        expect(exitCode).to.be.oneOf([0, 1])
      })
    }

    it('gets JSON from `astro api`, for a success and for an error', async () => {
      const {stdout, exitCode} = await ownHome().run(['api', 'cloud', '/organizations/{organizationId}/tokens'])
      expect(exitCode).to.equal(0)
      expect(JSON.parse(stdout)).to.include({limit: 20, offset: 0, totalCount: world.tokens.size})
      const refused = await ownHome().run(['api', 'cloud', '/organizations/{organizationId}/tokens/cnone'])
      expect(refused.exitCode).to.equal(1)
      expect(JSON.parse(refused.stdout)).to.include({message: 'No API token cnone', statusCode: 404})
      expect(refused.stderr).to.equal('Error: API request failed with status 404\n')
    })
  })
}
