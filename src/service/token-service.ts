import type {Actor, ServiceContext} from './context.ts'
import {createDeployment, type DeploymentSpec, deleteDeployment} from './directory/deployments.ts'
import {createRole, deleteRole, type RoleSpec} from './directory/roles.ts'
import {type PublicKey, readPublicKeys} from './signing-keys.ts'
import type {DeploymentRow, InstallationRow, RoleRow, StoreSession, TokenView} from './store/store.ts'
import {authenticateValue} from './tokens/authenticate.ts'
import type {ChangeGuard, TokenReference} from './tokens/find.ts'
import {type IssuedToken, issueToken, type TokenSpec} from './tokens/issue.ts'
import type {TokenPolicy} from './tokens/policy.ts'
import {type DeleteGuard, deleteToken} from './tokens/revoke.ts'
import {beginRotation, type RotationOptions, type StagedRotation} from './tokens/rotate.ts'
import {replaceRoles, updateToken} from './tokens/update.ts'
import {type Verdict, verifyValue} from './tokens/verify.ts'

/** The token service: rules about tokens and the directory that they refer to. It knows no vendor, no HTTP and no SQL. */
export interface TokenService {
  readonly installation: InstallationRow
  /** Reads outside a transaction. */
  readonly read: StoreSession
  /** The clock that the service goes by: epoch milliseconds. */
  now(): number

  issue(policy: TokenPolicy, actor: Actor, spec: TokenSpec): Promise<IssuedToken>
  update(
    policy: TokenPolicy,
    actor: Actor,
    change: TokenReference & ChangeGuard & {name?: string; description?: string},
  ): Promise<TokenView>
  replaceRoles(
    policy: TokenPolicy,
    actor: Actor,
    change: TokenReference & ChangeGuard & {roles: TokenView['roles']},
  ): Promise<TokenView>
  beginRotation(
    policy: TokenPolicy,
    actor: Actor,
    reference: TokenReference & ChangeGuard & RotationOptions,
  ): Promise<StagedRotation>
  delete(policy: TokenPolicy, actor: Actor, reference: TokenReference & DeleteGuard): Promise<void>

  verify(secret: string): Promise<Verdict>
  authenticate(vendor: string, secret: string): Promise<TokenView>
  publicKeys(): Promise<PublicKey[]>

  createDeployment(actor: Actor, spec: DeploymentSpec): Promise<DeploymentRow>
  deleteDeployment(
    actor: Actor,
    reference: {organizationId: string; deploymentId: string; vendor: string},
  ): Promise<{deployment: DeploymentRow; endedTokens: number}>
  createRole(actor: Actor, spec: RoleSpec): Promise<RoleRow>
  deleteRole(actor: Actor, reference: {organizationId: string; vendor: string; name: string}): Promise<RoleRow>

  close(): Promise<void>
}

export function createTokenService(context: ServiceContext): TokenService {
  const {store, installation} = context
  return {
    installation,
    read: store,
    now: () => context.now(),
    issue: (policy, actor, spec) => issueToken(context, policy, actor, spec),
    update: (policy, actor, change) => updateToken(context, policy, actor, change),
    replaceRoles: (policy, actor, change) => replaceRoles(context, policy, actor, change),
    beginRotation: (policy, actor, reference) => beginRotation(context, policy, actor, reference),
    delete: (policy, actor, reference) => deleteToken(context, policy, actor, reference),
    verify: (secret) => verifyValue(context, store, secret),
    authenticate: (vendor, secret) => authenticateValue(context, vendor, secret),
    publicKeys: () => readPublicKeys(store),
    createDeployment: (actor, spec) => createDeployment(context, actor, spec),
    deleteDeployment: (actor, reference) => deleteDeployment(context, actor, reference),
    createRole: (actor, spec) => createRole(context, actor, spec),
    deleteRole: (actor, reference) => deleteRole(context, actor, reference),
    close: () => store.close(),
  }
}
