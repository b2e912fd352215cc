import {shellPath} from '../../../lib/shell-path.ts'
import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {FirstCredential, Listening} from '../../served.ts'
import {embeddedMotherDuckApi} from '../embedded/embedded-api.ts'
import {FIRST_USER} from '../embedded/seed.ts'

/** Mint a token of the first Admin, who can create all other users and their tokens. */
export async function mintAdmin(service: TokenService, owner: Actor): Promise<FirstCredential> {
  const [organization, other] = await service.read.listOrganizations()
  if (!organization || other) throw new Error('A new installation has one organization')
  const {organizationId} = organization
  const api = embeddedMotherDuckApi(service, {kind: 'owner', actor: owner, organizationId})
  const {token} = await api.createToken(FIRST_USER, {name: 'first'})
  return {own: {username: FIRST_USER, token}}
}

/** Return lines that show how to use a service that listens here. */
export function listHints({url, credentialFile}: Listening): string[] {
  const token =
    credentialFile === null
      ? `tokenry motherduck token create --context embedded --user ${FIRST_USER} -n first -e 30d -c`
      : `jq -r .dialects.motherduck.token ${shellPath(credentialFile)}`
  return [
    // In two steps, because `export` would hide that the first one failed.
    `Sign in: MOTHERDUCK_ADMIN_TOKEN=$(${token}) && export MOTHERDUCK_ADMIN_TOKEN MOTHERDUCK_API_BASE_URL=${url}`,
    `Try it: curl -H "Authorization: Bearer $MOTHERDUCK_ADMIN_TOKEN" ${url}/v1/users/${FIRST_USER}/tokens`,
  ]
}
