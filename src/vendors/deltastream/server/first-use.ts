import {shellPath} from '../../../lib/shell-path.ts'
import type {Actor} from '../../../service/context.ts'
import type {TokenService} from '../../../service/token-service.ts'
import type {FirstCredential, Listening} from '../../served.ts'
import {embeddedDeltaStreamApi} from '../embedded/embedded-api.ts'
import {FIRST_ROLE} from '../embedded/roles.ts'
import {deltaStreamTokenPort} from '../token-port.ts'

/** Mint a token with the role of a first sign-in. */
export async function mintFirst(service: TokenService, owner: Actor): Promise<FirstCredential> {
  const [organization, other] = await service.read.listOrganizations()
  if (!organization || other) throw new Error('A new installation has one organization')
  const {organizationId, uuid} = organization
  const api = embeddedDeltaStreamApi(service, {kind: 'owner', actor: owner, organizationId})
  const port = deltaStreamTokenPort({api, capabilities: api, session: {}})
  const {secret} = await port.mint({name: 'first', role: FIRST_ROLE})
  return {own: {organization: uuid, role: FIRST_ROLE, token: secret}}
}

/** Return lines that show how to use a service that listens here. */
export function listHints({url, credentialFile}: Listening): string[] {
  const token =
    credentialFile === null
      ? `tokenry deltastream token create first --role ${FIRST_ROLE} --expires-in-days 30 --context embedded -c`
      : `jq -r .dialects.deltastream.token ${shellPath(credentialFile)}`
  const body = `'{"statement":"LIST API_TOKENS;"}'`
  return [
    // In two steps, because `export` would hide that the first one failed.
    `Sign in: DS_TOKEN=$(${token}) && export DS_TOKEN DS_ENDPOINT=${url}/statements`,
    `Try it: curl -H "Authorization: Bearer $DS_TOKEN" -H 'Content-Type: application/json' -d ${body} ${url}/statements`,
  ]
}
