import {resolveContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {connectMotherDuck, type MotherDuckService} from '../../operations/motherduck/connect.ts'
import {openTokenUser} from '../../operations/motherduck/user.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {listUsers} from '../../vendors/motherduck/list-users.ts'
import {MOTHERDUCK} from '../../vendors/motherduck/vendor.ts'
import type {ValuePlace} from './complete.ts'
import type {TopicValues} from './look-up.ts'

/** The values for the commands of MotherDuck, if they use the embedded service. */
export const MOTHERDUCK_VALUES: TopicValues = {
  vendor: MOTHERDUCK.name,
  roles: async () => [],
  entries: {
    async user(runtime, place) {
      const service = await connect(runtime, place)
      const users = service ? await listUsers(service) : []
      return users.map(({id, username}) => ({id, name: username}))
    },
    async token(runtime, place) {
      const service = await connect(runtime, place)
      if (!service) return []
      const {port} = await openTokenUser(service, {user: place.flags['user']})
      return port.list()
    },
  },
}

/**
 * Return null if the command would call the vendor. --token and --credential-file are ignored:
 * signing in would count as a use of the token.
 */
async function connect(runtime: Runtime, {flags: {context}}: ValuePlace): Promise<MotherDuckService | null> {
  const {vendor} = await resolveContext(runtime, MOTHERDUCK, {context})
  return vendor === EMBEDDED ? connectMotherDuck(runtime, {context}) : null
}
