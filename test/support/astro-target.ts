import type {AstroTarget} from '../../src/operations/astro/target.ts'
import type {AstroConnection} from '../../src/vendors/astro/token-port.ts'

/** Return an organization behind this connection, in the context `plain`. */
export function createAstroTarget(
  connection: AstroConnection,
  {organizationId, ...changes}: Partial<AstroTarget> & Pick<AstroTarget, 'organizationId'>,
): AstroTarget {
  return {
    ...connection,
    where: 'the context plain',
    organizationId,
    organizationName: 'default',
    isSeen: true,
    severalOrganizations: false,
    places: {},
    isOwnToken: () => false,
    isOnlyTarget: true,
    ...changes,
  }
}
