import {AppError} from '../../errors/app-error.ts'
import {findPlace} from '../../lib/find-place.ts'
import {isCuid} from '../../lib/ids.ts'
import {allowForbidden} from '../allow-forbidden.ts'
import type {TokenList} from '../vendor.ts'
import {agentTokenPort} from './agent-token-port.ts'
import {listEveryDeployment, listEveryOrganization} from './list-places.ts'
import {type AstroConnection, type AstroTokenRecord, apiTokenPort, findOwner, roleOn} from './token-port.ts'

/**
 * Open every token of an organization, by id or name, or of all that the caller sees if none is
 * named. CONFLICT, with the ids, for an ambiguous name.
 */
export async function openAllTokens(
  connection: AstroConnection,
  organization: string | undefined,
): Promise<TokenList[]> {
  const organizations = await findOrganizations(connection, organization)
  const lists = await Promise.all(organizations.map((id) => openOrganizationTokens(connection, id)))
  return lists.flat()
}

/** Only a text that cannot be an id is looked up as a name: that costs a request. */
async function findOrganizations(connection: AstroConnection, wanted: string | undefined): Promise<string[]> {
  if (wanted !== undefined && isCuid(wanted)) return [wanted]
  const listing = listEveryOrganization(connection)
  if (wanted === undefined) return (await listing).map(({id}) => id)
  const all = await allowForbidden(listing)
  // Then the vendor decides whether it is an id.
  if (!all) return [wanted]
  const found = findPlace(all, wanted, 'organization')
  if (found) return [found.id]
  throw new AppError('NOT_FOUND', `No organization ${wanted}`, {hint: 'See them with: tokenry organization list'})
}

/**
 * Open every token of an organization, its workspaces and its deployments, and the agent tokens of
 * each deployment, which are not in the list of the others. Agent tokens that the caller must not
 * list are left out.
 */
export async function openOrganizationTokens(
  connection: AstroConnection,
  organizationId: string,
): Promise<TokenList[]> {
  const port = apiTokenPort(connection, {organizationId, scope: 'ORGANIZATION', id: organizationId})
  const listEnded = port.listEnded?.bind(port)
  const everywhere: TokenList = {
    list: async () => (await port.list({everywhere: true})).map(addRole),
    ...(listEnded && {listEnded: async () => (await listEnded({everywhere: true})).map(addRole)}),
  }
  const deployments = (await allowForbidden(listEveryDeployment(connection, organizationId))) ?? []
  return [everywhere, ...deployments.map(({id}) => openAgentTokens(connection, {organizationId, id}))]
}

function addRole<Token extends AstroTokenRecord>(token: Token): Token & {role?: string} {
  const role = roleOn(token, findOwner(token))?.role
  return role === undefined ? token : {...token, role}
}

function openAgentTokens(connection: AstroConnection, deployment: {organizationId: string; id: string}): TokenList {
  const port = agentTokenPort(connection, deployment)
  const listEnded = port.listEnded?.bind(port)
  return {
    list: () => allowUnseen(port.list()),
    ...(listEnded && {listEnded: () => allowUnseen(listEnded())}),
  }
}

/**
 * Return no tokens if the deployment was deleted meanwhile, or if its tokens must not be listed.
 */
async function allowUnseen<Token>(listing: Promise<Token[]>): Promise<Token[]> {
  const tokens = await allowForbidden(listing).catch((err: unknown) => {
    if (err instanceof AppError && err.code === 'NOT_FOUND') return null
    throw err
  })
  return tokens ?? []
}
