import type {AppError} from '../errors/app-error.ts'
import type {Actor, ServiceContext, ServiceParts} from './context.ts'
import type {AccountGuard, AccountSpec, AccountUpdate, DeletedAccount} from './directory/accounts.ts'
import type {OnProgress} from './directory/delete-in-steps.ts'
import type {DeploymentSpec} from './directory/deployments.ts'
import type {NewOrganization} from './directory/new-organization.ts'
import type {DeletedOrganization} from './directory/organizations.ts'
import type {RoleReference, RoleSpec} from './directory/roles.ts'
import type {DeletedWorkspace, WorkspaceSpec} from './directory/workspaces.ts'
import {createSigners, type PublicKey, readPublicKeys} from './signing-keys.ts'
import type {
  AccountRow,
  DeploymentRow,
  InstallationRow,
  RoleRow,
  StoreSession,
  TokenView,
  WorkspaceRow,
} from './store/store.ts'
import {authenticateValue, type Credential, reauthenticate} from './tokens/authenticate.ts'
import type {ChangeGuard, TokenReference} from './tokens/find.ts'
import {type IssuedToken, issueToken, type TokenSpec} from './tokens/issue.ts'
import type {TokenPolicy} from './tokens/policy.ts'
import {type DeleteGuard, deleteToken} from './tokens/revoke.ts'
import {beginRotation, type RotationOptions, rotateInOneStep, type StagedRotation} from './tokens/rotate.ts'
import {type RoleChange, replaceRoles, updateToken} from './tokens/update.ts'
import {createUses} from './tokens/uses.ts'
import {type Verdict, verifyValue} from './tokens/verify.ts'
import {createWalks, type Walks} from './tokens/walks.ts'

/**
 * The token service: the rules for tokens and for the directory that they refer to. It contains
 * nothing about vendors, HTTP or SQL.
 */
export interface TokenService {
  readonly installation: InstallationRow
  /** Reads outside a transaction. */
  readonly read: StoreSession
  /**
   * Return this service for a process that answers many requests. Its reads by key are kept until
   * anyone changes the store (`Store.keepReads`).
   */
  keepReads(): TokenService
  /** Reads of pages, for callers that may walk over all of them. */
  readonly walks: Walks
  /** The clock of the service: epoch milliseconds. */
  now(): number

  issue(policy: TokenPolicy, actor: Actor, spec: TokenSpec): Promise<IssuedToken>
  update(
    policy: TokenPolicy,
    actor: Actor,
    change: TokenReference & ChangeGuard & {name?: string; description?: string},
  ): Promise<TokenView>
  replaceRoles(policy: TokenPolicy, actor: Actor, change: RoleChange): Promise<TokenView>
  beginRotation(
    policy: TokenPolicy,
    actor: Actor,
    reference: TokenReference & ChangeGuard & RotationOptions,
  ): Promise<StagedRotation>
  /** Rotate in one step, which ends every older secret. */
  rotate(
    policy: TokenPolicy,
    actor: Actor,
    reference: TokenReference & ChangeGuard & Pick<RotationOptions, 'endAllValues'>,
  ): Promise<{secret: string; token: TokenView}>
  delete(policy: TokenPolicy, actor: Actor, reference: TokenReference & DeleteGuard): Promise<void>

  verify(secret: string): Promise<Verdict>
  authenticate(policy: TokenPolicy, secret: string): Promise<Credential>
  /**
   * Read the credential again in the transaction of a change. Throw UNAUTHENTICATED if its secret
   * has ended since then.
   */
  reauthenticate(session: StoreSession, credential: Credential): Promise<Credential>
  /** Record all uses so far. If another process holds the store, record them later. */
  settle(): Promise<void>
  /**
   * Resolves with the error to report when the files of the store were removed, replaced or
   * truncated.
   */
  readonly lost: Promise<AppError>
  publicKeys(): Promise<PublicKey[]>

  createOrganization(policy: TokenPolicy, actor: Actor, spec: {name: string}): Promise<NewOrganization>
  deleteOrganization(actor: Actor, organizationId: string, onProgress?: OnProgress): Promise<DeletedOrganization>
  createWorkspace(policy: TokenPolicy, actor: Actor, spec: WorkspaceSpec): Promise<WorkspaceRow>
  deleteWorkspace(
    actor: Actor,
    reference: {organizationId: string; workspaceId: string},
    onProgress?: OnProgress,
  ): Promise<DeletedWorkspace>
  createDeployment(policy: TokenPolicy, actor: Actor, spec: DeploymentSpec): Promise<DeploymentRow>
  deleteDeployment(
    actor: Actor,
    reference: {organizationId: string; deploymentId: string},
    onProgress?: OnProgress,
  ): Promise<{deployment: DeploymentRow; endedTokens: number}>
  createRole(policy: TokenPolicy, actor: Actor, spec: RoleSpec): Promise<RoleRow>
  deleteRole(policy: TokenPolicy, actor: Actor, reference: RoleReference): Promise<RoleRow>
  createAccount(policy: TokenPolicy, actor: Actor, spec: AccountSpec): Promise<AccountRow>
  deleteAccount(
    policy: TokenPolicy,
    actor: Actor,
    reference: {organizationId: string; accountId: string} & AccountGuard,
  ): Promise<DeletedAccount>
  updateAccount(policy: TokenPolicy, actor: Actor, change: AccountUpdate): Promise<AccountRow>

  close(): Promise<void>
}

// Load the directory modules only when needed, because most commands are about tokens.
const organizations = () => import('./directory/organizations.ts')
const workspaces = () => import('./directory/workspaces.ts')
const deployments = () => import('./directory/deployments.ts')
const roles = () => import('./directory/roles.ts')
const accounts = () => import('./directory/accounts.ts')

export function createTokenService(parts: ServiceParts): TokenService {
  const {store, installation} = parts
  const context: ServiceContext = {...parts, signers: createSigners()}
  const uses = createUses(store)
  const readFrom = (read: StoreSession) => ({
    read,
    verify: (secret: string) => verifyValue(context, read, secret),
    authenticate: (policy: TokenPolicy, secret: string) => authenticateValue(context, {read, uses}, {policy, secret}),
  })
  const service: TokenService = {
    installation,
    ...readFrom(store),
    keepReads: () => ({...service, ...readFrom({...store, ...store.keepReads()})}),
    walks: createWalks(store, parts.now),
    now: () => context.now(),
    issue: (policy, actor, spec) => issueToken(context, policy, actor, spec),
    update: (policy, actor, change) => updateToken(context, policy, actor, change),
    replaceRoles: (policy, actor, change) => replaceRoles(context, policy, actor, change),
    beginRotation: (policy, actor, reference) => beginRotation(context, policy, actor, reference),
    rotate: (policy, actor, reference) => rotateInOneStep(context, policy, actor, reference),
    async delete(policy, actor, reference) {
      // The guard reads the recorded uses, so write the waiting ones first.
      if (reference.unusedForMs !== undefined) await uses.write()
      await deleteToken(context, policy, actor, reference)
    },
    reauthenticate: (session, credential) => reauthenticate(context, session, credential),
    settle: () => uses.settle(),
    lost: store.lost,
    publicKeys: () => readPublicKeys(store),
    createOrganization: async (policy, actor, spec) =>
      (await organizations()).createOrganization(context, policy, actor, spec),
    deleteOrganization: async (actor, organizationId, onProgress) =>
      (await organizations()).deleteOrganization(context, actor, organizationId, onProgress),
    createWorkspace: async (policy, actor, spec) => (await workspaces()).createWorkspace(context, policy, actor, spec),
    deleteWorkspace: async (actor, reference, onProgress) =>
      (await workspaces()).deleteWorkspace(context, actor, reference, onProgress),
    createDeployment: async (policy, actor, spec) =>
      (await deployments()).createDeployment(context, policy, actor, spec),
    deleteDeployment: async (actor, reference, onProgress) =>
      (await deployments()).deleteDeployment(context, actor, reference, onProgress),
    createRole: async (policy, actor, spec) => (await roles()).createRole(context, policy, actor, spec),
    deleteRole: async (policy, actor, reference) => (await roles()).deleteRole(context, policy, actor, reference),
    createAccount: async (policy, actor, spec) => (await accounts()).createAccount(context, policy, actor, spec),
    deleteAccount: async (policy, actor, reference) =>
      (await accounts()).deleteAccount(context, policy, actor, reference),
    updateAccount: async (policy, actor, change) => (await accounts()).updateAccount(context, policy, actor, change),
    async close() {
      await uses.close()
      await store.close()
    },
  }
  return service
}
