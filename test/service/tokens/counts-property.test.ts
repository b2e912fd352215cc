import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import fc from 'fast-check'
import {AppError} from '../../../src/errors/app-error.ts'
import type {Actor} from '../../../src/service/context.ts'
import type {TokenRoleRow, TokenView} from '../../../src/service/store/store.ts'
import type {TokenPolicy} from '../../../src/service/tokens/policy.ts'
import {ASTRO_POLICY} from '../../../src/vendors/astro/embedded/policy.ts'
import {expectTotals} from '../../support/expect-totals.ts'
import {issueTestToken, openTestService, type TestService} from '../../support/test-service.ts'

const ACTOR: Actor = {type: 'local', id: 'tester'}
const VENDORS = ['astro', 'another-vendor']
const SCOPES = ['ORGANIZATION', 'WORKSPACE', 'DEPLOYMENT']
const KINDS = ['STANDARD', 'AGENT']
/** More than one step of a deletion ends, and enough changes to be folded. */
const MANY = 450

/** `index` chooses one of the organizations, places or tokens that exist. */
type Step =
  | {do: 'create' | 'create many'; index: number; vendor: number; scope: number; kind: number; roles: number[]}
  | {do: 'rename' | 'rotate' | 'delete'; index: number}
  | {do: 'roles'; index: number; roles: number[]}
  | {do: 'delete deployment' | 'delete workspace' | 'delete organization'; index: number; cutOff: boolean}
  | {do: 'add places' | 'add organization'; index: number}

const index = fc.nat(50)
const roles = fc.array(fc.nat(50), {maxLength: 4})
const created = {index, vendor: fc.nat(1), scope: fc.nat(2), kind: fc.nat(1), roles}
const doing = <Name extends string>(...names: Name[]) => fc.constantFrom(...names)

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {weight: 8, arbitrary: fc.record({do: doing('create'), ...created})},
  {weight: 1, arbitrary: fc.record({do: doing('create many'), ...created})},
  {weight: 5, arbitrary: fc.record({do: doing('rename', 'rotate', 'delete', 'delete'), index})},
  {weight: 4, arbitrary: fc.record({do: doing('roles'), index, roles})},
  {weight: 2, arbitrary: fc.record({do: doing('add places', 'add organization'), index})},
  {
    weight: 2,
    arbitrary: fc.record({
      do: doing('delete deployment', 'delete workspace', 'delete organization'),
      index,
      cutOff: fc.boolean(),
    }),
  },
)

describe('the totals of lists', () => {
  it('are what a count of all tokens says, after any changes through the service', async function () {
    this.timeout(60_000)
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, {minLength: 25, maxLength: 60}), async (steps) => {
        const test = await openTestService()
        const db = new DatabaseSync(join(test.dataFolder, 'tokenry.db'), {readOnly: true})
        try {
          for (const step of steps) await runStep(test, step).catch(ignoreRefusal)
          await expectTotals(test.service.read, db)
        } finally {
          db.close()
          await test.service.close()
        }
      }),
      {numRuns: 8, seed: 18},
    )
  })
})

/** A step may not be possible, for example for the only organization. */
function ignoreRefusal(err: unknown): void {
  if (!(err instanceof AppError) || err.code === 'INTERNAL') throw err
}

async function runStep(test: TestService, step: Step): Promise<void> {
  const {service} = test
  const organizations = await service.read.listOrganizations()
  const {organizationId = ''} = organizations[step.index % organizations.length] ?? {}
  switch (step.do) {
    case 'create':
    case 'create many': {
      const places = await listPlaces(test, organizationId)
      const scope = SCOPES[step.scope] ?? ''
      const owners = places.filter(({type}) => type === scope)
      const {id: ownerId = ''} = owners[step.index % owners.length] ?? {}
      const spec = {scope, ownerId, kind: KINDS[step.kind] ?? '', roles: toRoles(places, step.roles)}
      const policy = toPolicy(VENDORS[step.vendor])
      const count = step.do === 'create' ? 1 : MANY
      const one = () => issueTestToken({...test, organizationId}, spec, policy)
      await Promise.all(Array.from({length: count}, one))
      return
    }
    case 'add organization':
      await service.createOrganization(ASTRO_POLICY, ACTOR, {name: `added-${step.index}`})
      return
    case 'add places': {
      const name = `added-${step.index}`
      const spec = {organizationId, name, description: ''}
      const {id: workspaceId} = await service.createWorkspace(ASTRO_POLICY, ACTOR, spec)
      await service.createDeployment(ASTRO_POLICY, ACTOR, {organizationId, workspaceId, name})
      return
    }
    case 'delete organization':
    case 'delete workspace':
    case 'delete deployment':
      return deletePlace(test, organizationId, step)
    default: {
      const token = await pickToken(test, organizationId, step.index)
      if (!token) return
      const [policy, reference] = [toPolicy(token.vendor), {organizationId, tokenId: token.id}]
      if (step.do === 'rename') await service.update(policy, ACTOR, {...reference, name: `renamed-${step.index}`})
      if (step.do === 'rotate') await service.rotate(policy, ACTOR, reference)
      if (step.do === 'delete') await service.delete(policy, ACTOR, reference)
      if (step.do === 'roles') {
        const granted = toRoles(await listPlaces(test, organizationId), step.roles)
        await service.replaceRoles(policy, ACTOR, {...reference, roles: granted})
      }
    }
  }
}

async function deletePlace(
  test: TestService,
  organizationId: string,
  step: Extract<Step, {cutOff: boolean}>,
): Promise<void> {
  const {service} = test
  const places = await listPlaces(test, organizationId)
  const type = step.do.split(' ')[1]?.toUpperCase()
  const found = places.filter((place) => place.type === type)
  const {id = ''} = found[step.index % found.length] ?? {}
  const onProgress = () => {
    if (step.cutOff) throw new AppError('CANCELLED', 'cut off')
  }
  if (type === 'ORGANIZATION') await service.deleteOrganization(ACTOR, organizationId, onProgress)
  if (type === 'WORKSPACE') await service.deleteWorkspace(ACTOR, {organizationId, workspaceId: id}, onProgress)
  if (type === 'DEPLOYMENT') await service.deleteDeployment(ACTOR, {organizationId, deploymentId: id}, onProgress)
}

function toPolicy(vendor = 'astro'): TokenPolicy {
  return {...ASTRO_POLICY, vendor}
}

async function pickToken(test: TestService, organizationId: string, index: number): Promise<TokenView | undefined> {
  const vendor = VENDORS[index % 2] ?? ''
  const tokens = await test.service.read.listTokens(organizationId, {vendor}, {offset: 0, limit: 100})
  return tokens[index % tokens.length]
}

interface Place {
  type: string
  id: string
  deploymentId: string | null
}

/** The entities on which a token can have a role. Each deployment has a DAG. */
async function listPlaces({service}: TestService, organizationId: string): Promise<Place[]> {
  const workspaces = await service.read.listWorkspaces(organizationId)
  const deployments = await service.read.listDeployments(organizationId)
  return [
    {type: 'ORGANIZATION', id: organizationId, deploymentId: null},
    ...workspaces.map(({id}) => ({type: 'WORKSPACE', id, deploymentId: null})),
    ...deployments.map(({id}) => ({type: 'DEPLOYMENT', id, deploymentId: null})),
    // The same DAG in each deployment: two roles of a token on one entity.
    ...deployments.map(({id}) => ({type: 'DAG', id: 'nightly', deploymentId: id})),
  ]
}

function toRoles(places: Place[], chosen: number[]): TokenRoleRow[] {
  return chosen.flatMap((number) => {
    const place = places[number % places.length]
    return place ? [{entityType: place.type, entityId: place.id, deploymentId: place.deploymentId, role: 'ANY'}] : []
  })
}
