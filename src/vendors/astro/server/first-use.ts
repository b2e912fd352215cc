import {shellPath} from '../../../lib/shell-path.ts'
import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {FirstCredential, Listening} from '../../served.ts'
import {ASTRO_PORT} from '../api.ts'
import {embeddedAstroApi} from '../embedded/embedded-api.ts'

/**
 * Mint a token that owns the organization. It is at the top of the ready file, as in version 0.1.0.
 */
export async function mintOwner(service: TokenService, owner: Actor): Promise<FirstCredential> {
  const [organization, other] = await service.read.listOrganizations()
  if (!organization || other) throw new Error('A new installation has one organization')
  const {token} = await embeddedAstroApi(service, {kind: 'owner', actor: owner}).createToken(
    organization.organizationId,
    {name: 'owner', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'},
  )
  return {top: {token}}
}

/** Return lines that show how to use tokenry and `astro` with a service that listens here. */
export function listHints({url, port, credentialFile}: Listening): string[] {
  const token =
    credentialFile === null
      ? 'tokenry organization token create --context embedded -n astro -r ORGANIZATION_OWNER -e 30 -c'
      : `jq -r .token ${shellPath(credentialFile)}`
  const domain = port === ASTRO_PORT ? 'localhost' : `localhost:${port}`
  return [
    // In two steps, because `export` would hide that the first one failed. With --context embedded,
    // because ASTRO_API_TOKEN may be set already.
    `Use it from another shell: ASTRO_API_TOKEN=$(${token}) && export ASTRO_API_TOKEN ASTRO_DOMAIN=${domain}`,
    port === ASTRO_PORT
      ? 'tokenry and astro both work with it there'
      : `tokenry works with it there; for astro, set ASTRO_DOMAIN=localhost after: astro config set -g local.core ${url}`,
  ]
}
