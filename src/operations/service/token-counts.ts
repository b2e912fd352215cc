import type {TokenService} from '../../service/token-service.ts'

/** How many live tokens belong to whom in an organization, counted in one look. */
export async function countByOwner(
  service: TokenService,
  organizationId: string,
): Promise<(scope: string, ownerId: string) => number> {
  const counts = await service.read.countTokensByOwner(organizationId)
  const byOwner = new Map(counts.map(({scope, ownerId, count}) => [`${scope}/${ownerId}`, count]))
  return (scope, ownerId) => byOwner.get(`${scope}/${ownerId}`) ?? 0
}
