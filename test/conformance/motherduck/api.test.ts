import {CLIENT} from './stacks/client.ts'
import {EMBEDDED, EMBEDDED_TWICE} from './stacks/embedded.ts'
import {RAW_HTTP} from './stacks/raw-http.ts'
import {describeAuthorization} from './suite/authorization.ts'
import {describeDucklings} from './suite/ducklings.ts'
import {openTarget} from './suite/target.ts'
import {describeTokens} from './suite/tokens.ts'
import {describeUsers} from './suite/users.ts'

const STACKS = [EMBEDDED, EMBEDDED_TWICE, RAW_HTTP, CLIENT]

for (const stack of STACKS) {
  describe(`the MotherDuck API over ${stack.title}`, () => {
    const open = () => openTarget(stack)
    describe('users', () => describeUsers(open))
    describe('tokens', () => describeTokens(open))
    describe('ducklings', () => describeDucklings(open))
    describe('who may do what', () => describeAuthorization(open))
  })
}
