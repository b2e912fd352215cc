import {resolveContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {connectDeltaStream, type DeltaStreamService} from '../../operations/deltastream/connect.ts'
import {listRoles} from '../../operations/deltastream/roles.ts'
import {openTokens} from '../../operations/deltastream/tokens.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {DELTASTREAM} from '../../vendors/deltastream/vendor.ts'
import type {ValuePlace} from './complete.ts'
import type {TopicValues} from './look-up.ts'

/** The values for the commands of DeltaStream, if they use the embedded service. */
export const DELTASTREAM_VALUES: TopicValues = {
  vendor: DELTASTREAM.name,
  async roles(runtime, place) {
    const service = await connect(runtime, place)
    const roles = service ? await listRoles(service) : []
    return roles.map(({name, current}) => ({text: name, description: current ? 'the role of the session' : ''}))
  },
  entries: {
    async token(runtime, place) {
      const service = await connect(runtime, place)
      const tokens = service ? await openTokens(service).port.list() : []
      // There is no id: the role says more than nothing.
      return tokens.map(({name, role = ''}) => ({id: role, name}))
    },
  },
}

/**
 * Return null if the command would call the vendor. --token and --credential-file are ignored:
 * signing in would count as a use of the token.
 */
async function connect(runtime: Runtime, {flags: {context}}: ValuePlace): Promise<DeltaStreamService | null> {
  const {vendor} = await resolveContext(runtime, DELTASTREAM, {context})
  return vendor === EMBEDDED ? connectDeltaStream(runtime, {context}) : null
}
