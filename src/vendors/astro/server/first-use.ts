import {shellPath} from '../../../lib/shell-path.ts'
import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {FirstCredential, Listening} from '../../served.ts'
import {ASTRO_PORT} from '../api.ts'
import {embeddedAstroApi} from '../embedded/embedded-api.ts'

/** Mint a token that owns the organization. It is at the top of the ready file, where version 0.1.0 had it. */
export async function mintOwner(service: TokenService, owner: Actor): Promise<FirstCredential> {
  const [organization, other] = await service.read.listOrganizations()
  if (!organization || other) throw new Error('A new installation has one organization')
  const {token} = await embeddedAstroApi(service, {kind: 'owner', actor: owner}).createToken(
    organization.organizationId,
    {name: 'owner', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'},
  )
  return {top: {token}}
}

/** Return how `astro` gets to a service that listens here. */
export function listHints({url, port, credentialFile}: Listening): string[] {
  const token =
    credentialFile === null
      ? 'tokenry organization token create --context embedded -n astro -r ORGANIZATION_OWNER -e 30 -c'
      : `jq -r .token ${shellPath(credentialFile)}`
  return [
    // In two steps, because `export` hides that the first one failed; and with the context, which that variable takes away from tokenry.
    `Let astro use it: ASTRO_API_TOKEN=$(${token}) && export ASTRO_API_TOKEN ASTRO_DOMAIN=localhost`,
    'In that shell, tokenry needs --context embedded from then on',
    ...(port === ASTRO_PORT
      ? []
      : [`astro looks at port ${ASTRO_PORT}, so tell it first: astro config set -g local.core ${url}`]),
  ]
}
