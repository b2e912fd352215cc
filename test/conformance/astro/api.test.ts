import {CLIENT} from './stacks/client.ts'
import {EMBEDDED, EMBEDDED_TWICE} from './stacks/embedded.ts'
import {RAW_HTTP} from './stacks/raw-http.ts'
import {describeAgentTokens} from './suite/agent-tokens.ts'
import {describeAuthorization} from './suite/authorization.ts'
import {describeDirectory} from './suite/directory.ts'
import {describeLists} from './suite/lists.ts'
import {describeRoles} from './suite/roles.ts'
import {describeSight} from './suite/sight.ts'
import {openTarget} from './suite/target.ts'
import {describeTokens} from './suite/tokens.ts'

const STACKS = [EMBEDDED, EMBEDDED_TWICE, RAW_HTTP, CLIENT]

for (const stack of STACKS) {
  describe(`the Astro API over ${stack.title}`, () => {
    const open = () => openTarget(stack)
    describe('tokens', () => describeTokens(open))
    describe('roles of tokens', () => describeRoles(open))
    describe('lists', () => describeLists(open))
    describe('organizations, workspaces, deployments, roles', () => describeDirectory(open))
    describe('agent tokens', () => describeAgentTokens(open))
    describe('who may do what', () => describeAuthorization(open))
    describe('what a caller sees', () => describeSight(open))
  })
}
