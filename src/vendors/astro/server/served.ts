import {shellPath} from '../../../lib/shell-path.ts'
import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {FirstCredential, Listening, ServedDialect} from '../../served.ts'

/** Where the binary looks for a service on `localhost` (contracts/astro.md, section 1). */
const ASTRO_PORT = 8888

export const ASTRO_SERVED: ServedDialect = {
  name: 'astro',
  title: 'Astro',
  defaultPort: ASTRO_PORT,
  portFlag: 'port',
  required: true,
  async load() {
    const {astroDialect} = await import('./dialect.ts')
    return astroDialect
  },
  firstCredential: mintOwner,
  hintLines,
}

/** Mint a token that owns the organization. It is at the top of the ready file, where version 0.1.0 had it. */
async function mintOwner(service: TokenService, owner: Actor): Promise<FirstCredential> {
  const [organization, other] = await service.read.listOrganizations()
  if (!organization || other) throw new Error('A new installation has one organization')
  const {embeddedAstroApi} = await import('../embedded/embedded-api.ts')
  const {token} = await embeddedAstroApi(service, {kind: 'owner', actor: owner}).createToken(
    organization.organizationId,
    {name: 'owner', scope: 'ORGANIZATION', role: 'ORGANIZATION_OWNER'},
  )
  return {top: {token}}
}

function hintLines({url, port, credentialFile}: Listening): string[] {
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
