import {expect} from 'chai'
import type {AstroTokenRole, TokenScope} from '../../../../src/vendors/astro/api.ts'
import {ASTRO_POLICY} from '../../../../src/vendors/astro/embedded/policy.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {expectNoChange, type OpenTarget, type SuiteTarget, useTarget} from './target.ts'

/** One role of a set, with short names for its place. */
type Given = [place: keyof typeof PLACES, role: string]

const PLACES = {
  organization: 'ORGANIZATION',
  workspace: 'WORKSPACE',
  'other workspace': 'WORKSPACE',
  deployment: 'DEPLOYMENT',
  'other deployment': 'DEPLOYMENT',
  dag: 'DAG',
  tag: 'DAG_TAG',
  'dag elsewhere': 'DAG',
  nowhere: 'DEPLOYMENT',
  'no workspace': 'WORKSPACE',
  'foreign organization': 'ORGANIZATION',
  'nameless dag': 'DAG',
} as const

const OWN: Record<TokenScope, Given> = {
  ORGANIZATION: ['organization', 'ORGANIZATION_MEMBER'],
  WORKSPACE: ['workspace', 'WORKSPACE_MEMBER'],
  DEPLOYMENT: ['deployment', 'DEPLOYMENT_ADMIN'],
}

/** Contracts/astro.md, 8.2: which sets of roles a token may have; T5 replaces the whole set. */
export function describeRoles(open: OpenTarget): void {
  const target = useTarget(open)

  for (const [scope, others] of [
    ['ORGANIZATION', []],
    [
      'ORGANIZATION',
      [
        ['workspace', 'WORKSPACE_OWNER'],
        ['other workspace', 'WORKSPACE_ACCESSOR'],
      ],
    ],
    [
      'ORGANIZATION',
      [
        ['deployment', 'custom'],
        ['other deployment', 'DEPLOYMENT_ADMIN'],
        ['dag', 'DAG_VIEWER'],
      ],
    ],
    [
      'WORKSPACE',
      [
        ['deployment', 'DEPLOYMENT_ADMIN'],
        ['other deployment', 'custom'],
      ],
    ],
    [
      'WORKSPACE',
      [
        ['dag', 'DAG_AUTHOR'],
        ['tag', 'DAG_VIEWER'],
      ],
    ],
    [
      'DEPLOYMENT',
      [
        ['dag', 'DAG_AUTHOR'],
        ['tag', 'DAG_VIEWER'],
        ['dag elsewhere', 'custom dag'],
      ],
    ],
  ] as [TokenScope, Given[]][]) {
    it(`a token of scope ${scope} may hold ${wordsOf([OWN[scope], ...others])}, in that order`, async () => {
      const {api, mint, organizationId} = target.current
      await addCustomRoles(target.current)
      const {id} = await mint({scope})
      for (const roles of [
        [OWN[scope], ...others],
        [...others, OWN[scope]],
      ]) {
        const wanted = roles.map((given) => toRole(target.current, given))
        await api.updateTokenRoles(organizationId, id, wanted)
        expect((await api.getToken(organizationId, id)).roles).to.deep.equal(wanted)
      }
    })
  }

  for (const [why, scope, roles] of [
    ['missing', 'ORGANIZATION', []],
    ['not its own', 'ORGANIZATION', [['workspace', 'WORKSPACE_MEMBER']]],
    ['two of its own', 'ORGANIZATION', [OWN.ORGANIZATION, ['organization', 'ORGANIZATION_OWNER']]],
    ['of another organization', 'ORGANIZATION', [['foreign organization', 'ORGANIZATION_MEMBER']]],
    ['unknown', 'ORGANIZATION', [['organization', 'unknown']]],
    ['of another level', 'ORGANIZATION', [OWN.ORGANIZATION, ['workspace', 'DEPLOYMENT_ADMIN']]],
    ['empty', 'ORGANIZATION', [OWN.ORGANIZATION, ['workspace', '']]],
    [
      'twice in one place',
      'ORGANIZATION',
      [OWN.ORGANIZATION, ['deployment', 'custom'], ['deployment', 'DEPLOYMENT_ADMIN']],
    ],
    ['in a place that does not exist', 'ORGANIZATION', [OWN.ORGANIZATION, ['nowhere', 'DEPLOYMENT_ADMIN']]],
    ['on an empty workspace id', 'ORGANIZATION', [OWN.ORGANIZATION, ['no workspace', 'WORKSPACE_MEMBER']]],
    ['on a DAG without a deployment', 'ORGANIZATION', [OWN.ORGANIZATION, ['nameless dag', 'DAG_VIEWER']]],
    ['for deployments, but on a DAG', 'ORGANIZATION', [OWN.ORGANIZATION, ['dag', 'DEPLOYMENT_ADMIN']]],
    ['of the organization', 'WORKSPACE', [OWN.WORKSPACE, ['organization', 'ORGANIZATION_MEMBER']]],
    ['of a second workspace', 'WORKSPACE', [OWN.WORKSPACE, ['other workspace', 'WORKSPACE_MEMBER']]],
    ['of another workspace instead', 'WORKSPACE', [['other workspace', 'WORKSPACE_MEMBER']]],
    ['without its own', 'WORKSPACE', [['deployment', 'DEPLOYMENT_ADMIN']]],
    ['of its workspace', 'DEPLOYMENT', [OWN.DEPLOYMENT, ['workspace', 'WORKSPACE_MEMBER']]],
    ['of the organization', 'DEPLOYMENT', [OWN.DEPLOYMENT, ['organization', 'ORGANIZATION_MEMBER']]],
    ['of a second deployment', 'DEPLOYMENT', [OWN.DEPLOYMENT, ['other deployment', 'DEPLOYMENT_ADMIN']]],
    ['of another deployment instead', 'DEPLOYMENT', [['other deployment', 'DEPLOYMENT_ADMIN']]],
    ['on a DAG only', 'DEPLOYMENT', [['dag', 'DAG_VIEWER']]],
  ] as [string, TokenScope, Given[]][]) {
    it(`a token of scope ${scope} cannot have roles that are ${why}: ${wordsOf(roles)}`, async () => {
      const {api, mint, organizationId} = target.current
      await addCustomRoles(target.current)
      const {id} = await mint({scope})
      const wanted = roles.map((given) => toRole(target.current, given))
      await expectNoChange(target.current, async () => {
        const err = await expectFailure(api.updateTokenRoles(organizationId, id, wanted), 'INVALID')
        expect(err.details.fieldErrors).to.have.lengthOf(1)
      })
    })
  }

  for (const [type, role] of [
    ['ORGANIZATION', 'ORGANIZATION_MEMBER'],
    ['WORKSPACE', 'WORKSPACE_MEMBER'],
    ['DEPLOYMENT', 'DEPLOYMENT_ADMIN'],
    ['DAG', 'DAG_VIEWER'],
    ['DAG_TAG', 'DAG_VIEWER'],
  ] as const) {
    it(`a role on a ${type} cannot have the id of an entity of another type, no matter who gives it`, async () => {
      const {api, mint, connect, organizationId, workspaceId, deploymentId} = target.current
      const ids = {ORGANIZATION: organizationId, WORKSPACE: workspaceId, DEPLOYMENT: deploymentId}
      const right = type === 'DAG' || type === 'DAG_TAG' ? 'DEPLOYMENT' : type
      const wide = await mint({scope: 'ORGANIZATION'})
      const boss = connect(await mint({name: 'boss', scope: 'WORKSPACE', role: 'WORKSPACE_OWNER'}))
      for (const [of, id] of Object.entries(ids).filter(([each]) => each !== right)) {
        const place = right === type ? {entityId: id} : {entityId: 'etl', deploymentId: id}
        const roles = [...wide.roles, {entityType: type, role, ...place}]
        for (const as of [api, boss]) {
          await expectNoChange(target.current, async () => {
            const err = await expectFailure(as.updateTokenRoles(organizationId, wide.id, roles), 'INVALID')
            expect(err.message, of).to.match(
              type === 'ORGANIZATION' ? /exactly one/ : new RegExp(`no ${right} ${id}`, 'i'),
            )
          })
        }
      }
    })
  }

  for (const scope of ['ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT'] as const) {
    it(`a token of scope ${scope} is not created for an entity of another type, even if the caller can see it`, async () => {
      const {mint, organizationId, workspaceId, deploymentId} = target.current
      const ids = {ORGANIZATION: organizationId, WORKSPACE: workspaceId, DEPLOYMENT: deploymentId}
      for (const [of, entityId] of Object.entries(ids).filter(([each]) => each !== scope)) {
        await expectNoChange(target.current, async () => {
          const err = await expectFailure(mint({scope, entityId}), 'INVALID')
          expect(
            err.details.fieldErrors?.map(({field}) => field),
            of,
          ).to.deep.equal(['entityId'])
        })
      }
    })
  }

  it('only a role on a DAG may name a deployment', async () => {
    const {api, mint, organizationId, deploymentId} = target.current
    const {id, roles} = await mint()
    const odd = roles.map((role) => ({...role, deploymentId}))
    await expectNoChange(target.current, () => expectFailure(api.updateTokenRoles(organizationId, id, odd), 'INVALID'))
  })

  it('a change of roles takes effect on the next request of the token', async () => {
    const {api, mint, connect, organizationId, workspaceId} = target.current
    const minted = await mint({scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'})
    const holder = connect(minted)
    expect((await holder.listTokens(organizationId, {})).totalCount).to.equal(2)
    const member = {entityType: 'ORGANIZATION', entityId: organizationId, role: 'ORGANIZATION_MEMBER'} as const
    await api.updateTokenRoles(organizationId, minted.id, [member])
    await expectFailure(holder.listTokens(organizationId, {}), 'FORBIDDEN')
    const boss = {entityType: 'WORKSPACE', entityId: workspaceId, role: 'WORKSPACE_OWNER'} as const
    await api.updateTokenRoles(organizationId, minted.id, [member, boss])
    expect((await holder.listTokens(organizationId, {workspaceId})).totalCount).to.equal(1)
  })
}

async function addCustomRoles({service, organizationId}: SuiteTarget): Promise<void> {
  for (const [scopeType, name] of [
    ['DEPLOYMENT', 'custom'],
    ['DAG', 'custom dag'],
  ] as const) {
    const role = {organizationId, vendor: 'astro', scopeType, name, description: ''}
    await service.createRole(ASTRO_POLICY, {type: 'local', id: 'tester'}, role)
  }
}

function toRole(target: SuiteTarget, [place, role]: Given): AstroTokenRole {
  const entityIds: Record<keyof typeof PLACES, string> = {
    organization: target.organizationId,
    workspace: target.workspaceId,
    'other workspace': target.otherWorkspaceId,
    deployment: target.deploymentId,
    'other deployment': target.otherDeploymentId,
    dag: 'etl',
    tag: 'nightly',
    'dag elsewhere': 'etl',
    nowhere: 'cnowhere',
    'no workspace': '',
    'foreign organization': 'corganization000000000000',
    'nameless dag': 'etl',
  }
  const of = {entityType: PLACES[place], entityId: entityIds[place], role}
  if (place === 'dag' || place === 'tag') return {...of, deploymentId: target.deploymentId}
  return place === 'dag elsewhere' ? {...of, deploymentId: target.otherDeploymentId} : of
}

function wordsOf(roles: Given[]): string {
  return roles.length === 0 ? 'nothing' : roles.map(([place, role]) => `${role || '(empty)'} on ${place}`).join(', ')
}
