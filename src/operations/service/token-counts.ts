import type {TokenService} from '../../service/token-service.ts'

/**
 * Count the live tokens of every owner in an organization, in one read. Return a function for the
 * counts.
 */
export async function countByOwner(
  service: TokenService,
  organizationId: string,
): Promise<(scope: string, ownerId: string) => number> {
  const counts = await service.read.countTokensByOwner(organizationId)
  const byOwner = new Map(counts.map(({scope, ownerId, count}) => [`${scope}/${ownerId}`, count]))
  return (scope, ownerId) => byOwner.get(`${scope}/${ownerId}`) ?? 0
}
