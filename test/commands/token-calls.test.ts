import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {callsOf, type Scope} from '../support/astro-home.ts'
import {
  checksOf,
  ENTITY,
  LIST,
  ORGANIZATIONS,
  openRecordedHome,
  READ_AGAIN,
  type RecordedHome,
  rolesFor,
  SCOPES,
} from '../support/recorded-home.ts'
import type {ScriptedAnswer} from '../support/scripted-prompter.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('the calls to the Astro API, complete and in order', () => {
  let astro: RecordedHome
  beforeEach(async () => {
    astro = await openRecordedHome()
  })
  const make = (...named: Parameters<RecordedHome['makeNamed']>) => astro.makeNamed(...named)
  const calls = (words: string, answers?: ScriptedAnswer[]) => astro.calls(words, answers)

  for (const [scope, {type, id: entityId, role, other, opening}] of Object.entries(SCOPES)) {
    const token = `${scope} token`
    const list = LIST[scope as Scope]
    const makeOne = (name: string) => make(scope as Scope, name, 't')
    const own = `{entityType:${type},entityId:${entityId},role:${role}}`

    it(`${token} list`, async () => {
      expect(await calls(`${token} list`)).to.deep.equal([...opening, list])
    })

    it(`${token} get, by id, by name and by question`, async () => {
      const id = await makeOne('t')
      expect(await calls(`${token} get ${id}`)).to.deep.equal([...opening, 'getToken t'])
      expect(await calls(`${token} get -t t`)).to.deep.equal([...opening, list])
      const asked = await calls(`${token} get`, [{to: 'to show', answer: 't'}])
      expect(asked).to.deep.equal([...opening, list])
    })

    it(`${token} create, with flags and by question`, async () => {
      const owner = scope === 'organization' ? '' : `,entityId:${entityId}`
      const created = (name: string) =>
        `createToken {name:${name},description:,role:${role},scope:${type}${owner},tokenExpiryPeriodInDays:90}`
      const flags = await calls(`${token} create -n a -r ${role} -e 90`)
      expect(flags).to.deep.equal([...opening, created('a')])
      const asked = await calls(`${token} create`, [
        {to: 'Name', answer: 'b'},
        {to: 'Role', answer: role},
        {to: 'Expires', answer: '90'},
      ])
      expect(asked).to.deep.equal([...opening, rolesFor(type), created('b')])
    })

    it(`${token} create --unique-name, delete --unused-for, list --ended and rotate --grace: one call each`, async () => {
      const id = await makeOne('t')
      const owner = scope === 'organization' ? '' : `,entityId:${entityId}`
      const body = `{name:u,description:,role:${role},scope:${type}${owner},tokenExpiryPeriodInDays:90}`
      const unique = await calls(`${token} create -n u -r ${role} -e 90 --unique-name`)
      expect(unique).to.deep.equal([...opening, `createUniqueToken ${body}`])
      const rotated = await calls(`${token} rotate ${id} -f --grace 1h`)
      expect(rotated).to.deep.equal([...opening, 'getToken t', 'beginRotation t {graceMs:3600000}'])
      const all = await calls(`${token} rotate ${id} -f --end-all-values`)
      expect(all).to.deep.equal([...opening, 'getToken t', 'beginRotation t {endAllValues:true}'])
      const removed = await calls(`${token} delete ${id} -f --unused-for 7d`)
      expect(removed).to.deep.equal([...opening, 'getToken t', 'deleteUnusedToken t {unusedForMs:604800000}'])
      const ended = list.replace('listLiveTokens', 'listEndedTokens')
      expect(await calls(`${token} list --ended`)).to.deep.equal([...opening, ended])
    })

    it(`${token} rotate and delete --token-file: the secret is looked up first, and the trace has no secret`, async () => {
      const {id, token: secret} = await astro.make(scope as Scope, 't')
      astro.names[id] = 't'
      const file = join(tempFolder(), 'token.txt')
      const [place = ''] = opening.slice(1)
      const named = place.replace('listDeployments {', 'listDeployments {deploymentIds:[D],')
      const found = named.replace('listWorkspaces {', 'listWorkspaces {workspaceIds:[W],')
      const find = ['findTokenBySecret [token]', ORGANIZATIONS, ...(place === '' ? [] : [found])]
      writeFileSync(file, secret, {mode: 0o600})
      const rotated = await astro.run(`${token} rotate -f --debug --output ${file}.new --token-file ${file}`)
      expect(callsOf(rotated, astro.names)).to.deep.equal([...find, 'getToken t', 'beginRotation t {}'])
      const deleted = await astro.run(`${token} delete -f --debug --token-file ${file}.new`)
      expect(callsOf(deleted, astro.names)).to.deep.equal([...find, 'getToken t', 'deleteToken t'])
      const minted = readFileSync(`${file}.new`, 'utf8')
      for (const {exitCode, stdout, stderr} of [rotated, deleted]) {
        expect(exitCode, stderr).to.equal(0)
        for (const value of [secret, minted]) expect(stdout + stderr).to.not.contain(value.slice(60, 90))
      }
    })

    it(`${token} update, by id, by name and by question`, async () => {
      const id = await makeOne('t')
      const renamed = (name: string, revision: number) =>
        `updateSeenToken t {name:${name},description:} {revision:${revision}}`
      const byId = await calls(`${token} update ${id} -n new1`)
      expect(byId).to.deep.equal([...opening, 'getToken t', renamed('new1', 1), READ_AGAIN])
      const byName = await calls(`${token} update -t new1 -n new2`)
      expect(byName).to.deep.equal([...opening, list, renamed('new2', 2), READ_AGAIN])
      const asked = await calls(`${token} update`, [
        {to: 'to update', answer: 'new2'},
        {to: 'New name', answer: 'new3'},
        {to: 'New description', answer: ''},
        {to: 'Role', answer: role},
      ])
      expect(asked).to.deep.equal([...opening, list, rolesFor(type), renamed('new3', 3), READ_AGAIN])
      // The role is written first, because its refusal is more likely (contracts/astro.md, 11).
      const both = await calls(`${token} update ${id} -n new4 -r ${other}`)
      const rewritten = `updateSeenTokenRoles t [${own.replace(role, other)}] {revision:4}`
      expect(both).to.deep.equal([
        ...opening,
        'getToken t',
        ...checksOf(type, other),
        rewritten,
        renamed('new4', 5),
        READ_AGAIN,
      ])
    })

    it(`${token} update writes nothing if nothing changes (faults 3 and 12)`, async () => {
      const id = await makeOne('t')
      expect(await calls(`${token} update ${id} -n t -r ${role}`)).to.deep.equal([...opening, 'getToken t', READ_AGAIN])
    })

    it(`${token} rotate, by id, by name and by question`, async () => {
      const id = await makeOne('t')
      const rotated = 'beginRotation t {}'
      expect(await calls(`${token} rotate ${id} -f`)).to.deep.equal([...opening, 'getToken t', rotated])
      expect(await calls(`${token} rotate -t t -f`)).to.deep.equal([...opening, list, rotated])
      const asked = await calls(`${token} rotate`, [
        {to: 'to rotate', answer: 't'},
        {to: 'Rotate', answer: true},
      ])
      expect(asked).to.deep.equal([...opening, list, rotated])
    })

    it(`${token} delete, by id, by name and by question`, async () => {
      const [a, _b, _c] = [await makeOne('a'), await makeOne('b'), await makeOne('c')]
      const deleted = 'deleteToken t'
      expect(await calls(`${token} delete ${a} -f`)).to.deep.equal([...opening, 'getToken t', deleted])
      expect(await calls(`${token} delete -t b -f`)).to.deep.equal([...opening, list, deleted])
      const asked = await calls(`${token} delete`, [
        {to: 'to delete', answer: 'c'},
        {to: 'Delete', answer: true},
      ])
      expect(asked).to.deep.equal([...opening, list, deleted])
    })
  }

  it('organization token roles, by id, by name and by question', async () => {
    const id = await make('organization', 't')
    expect(await calls(`organization token roles ${id}`)).to.deep.equal([ORGANIZATIONS, 'getToken t'])
    expect(await calls('organization token roles -t t')).to.deep.equal([ORGANIZATIONS, LIST.organization])
    const asked = await calls('organization token roles', [{to: 'Roles of which', answer: 't'}])
    expect(asked).to.deep.equal([ORGANIZATIONS, LIST.organization])
  })

  it('deployment token create, list and delete of agent tokens', async () => {
    const {opening} = SCOPES.deployment
    const body = (name: string) => `{name:${name},description:,tokenExpiryPeriodInDays:1}`
    const create = 'deployment token create --agent -e 1'
    expect(await calls(`${create} -n a`)).to.deep.equal([...opening, `createAgentToken D ${body('a')}`])
    const unique = await calls(`${create} -n b --unique-name`)
    expect(unique).to.deep.equal([...opening, `createUniqueAgentToken D ${body('b')}`])
    const list = 'listAgentTokens D {offset:0,limit:1000,sorts:[{field:createdAt,descending:false}]}'
    expect(await calls('deployment token list --agent')).to.deep.equal([...opening, list])
    for (const {id, name} of await astro.json<{id: string; name: string}[]>('deployment token list --agent')) {
      astro.names[id] = `t-${name}`
    }
    const remove = 'deployment token delete --agent -f'
    expect(await calls(`${remove} -t a`)).to.deep.equal([...opening, list, 'deleteAgentToken D t-a'])
    const unused = await calls(`${remove} -t b --unused-for 7d`)
    expect(unused).to.deep.equal([...opening, list, 'deleteUnusedAgentToken D t-b {unusedForMs:604800000}'])
    expect(await calls('deployment token list --agent --ended')).to.deep.equal([...opening, 'listEndedAgentTokens D'])
  })

  it('request only the entity that is named', async () => {
    const {deploymentId, workspaceId} = astro
    for (const [words, opening] of [
      [
        `deployment token list --deployment-id ${deploymentId}`,
        'listDeployments {deploymentIds:[D],offset:0,limit:1000}',
      ],
      [
        `deployment token list --deployment-id ${deploymentId} --workspace-id ${workspaceId}`,
        'listDeployments {deploymentIds:[D],workspaceIds:[W],offset:0,limit:1000}',
      ],
      [`workspace token list --workspace-id ${workspaceId}`, 'listWorkspaces {workspaceIds:[W],offset:0,limit:1000}'],
    ] as const) {
      expect((await calls(words)).slice(0, 2), words).to.deep.equal([ORGANIZATIONS, opening])
    }
  })

  it('deployment list, workspace list, organization list and role list', async () => {
    expect(await calls('deployment list')).to.deep.equal([ORGANIZATIONS, ENTITY.deployment])
    const within = await calls(`deployment list --workspace-id ${astro.workspaceId}`)
    const listed = 'listDeployments {workspaceIds:[W],offset:0,limit:1000}'
    expect(within).to.deep.equal([ORGANIZATIONS, listed])
    expect(await calls('workspace list')).to.deep.equal([ORGANIZATIONS, ENTITY.workspace])
    expect(await calls('organization list')).to.deep.equal([ORGANIZATIONS])
    const roles = 'listRoles {includeDefaultRoles:true,offset:0,limit:1000}'
    expect(await calls('role list')).to.deep.equal([ORGANIZATIONS, roles])
    const names = [ENTITY.workspace, ENTITY.deployment]
    expect(await calls('organization token list --all')).to.deep.equal([ORGANIZATIONS, 'listLiveTokens {}', ...names])
  })
})
