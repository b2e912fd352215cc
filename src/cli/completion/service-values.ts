import {listServiceDeployments} from '../../operations/service/deployments.ts'
import {type OpenedOrganization, openEmbedded, openInstallation} from '../../operations/service/open-embedded.ts'
import {listServiceOrganizations} from '../../operations/service/organizations.ts'
import {listCustomRoles} from '../../operations/service/roles.ts'
import {listUsers} from '../../operations/service/users.ts'
import {listServiceWorkspaces} from '../../operations/service/workspaces.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {ValuePlace} from './complete.ts'
import type {TopicValues} from './look-up.ts'

/** The values for the commands of `service`. */
export const SERVICE_VALUES: TopicValues = {
  vendor: undefined,
  roles: async () => [],
  entries: {
    organization: async (runtime, {flags}) =>
      listServiceOrganizations(await openInstallation(runtime, flags['context'])),
    workspace: async (runtime, place) => listServiceWorkspaces(await open(runtime, place)),
    deployment: async (runtime, place) => listServiceDeployments(await open(runtime, place)),
    'custom role': async (runtime, place) => listCustomRoles(await open(runtime, place)),
    async user(runtime, place) {
      const users = await listUsers(await open(runtime, place))
      return users.map(({id, email}) => ({id, name: email}))
    },
  },
}

function open(runtime: Runtime, {flags}: ValuePlace): Promise<OpenedOrganization> {
  return openEmbedded(runtime, {context: flags['context'], organizationId: flags['organization-id']})
}
