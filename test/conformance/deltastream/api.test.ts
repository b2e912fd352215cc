import {CLIENT} from './stacks/client.ts'
import {EMBEDDED, EMBEDDED_TWICE} from './stacks/embedded.ts'
import {RAW_HTTP} from './stacks/raw-http.ts'
import {describeBatches} from './suite/batches.ts'
import {describeContext} from './suite/context.ts'
import {describeCreation} from './suite/creation.ts'
import {describeLife} from './suite/life.ts'
import {describeRoles} from './suite/roles.ts'
import {openTarget} from './suite/target.ts'

const STACKS = [EMBEDDED, EMBEDDED_TWICE, RAW_HTTP, CLIENT]

for (const stack of STACKS) {
  describe(`the DeltaStream API over ${stack.title}`, () => {
    const open = () => openTarget(stack)
    describe('CREATE API_TOKEN', () => describeCreation(open))
    describe('the life of a token', () => describeLife(open))
    describe('roles', () => describeRoles(open))
    describe('several statements', () => describeBatches(open))
    describe('the context', () => describeContext(open))
  })
}
