import type {TokenRecord} from '../../src/vendors/token-port.ts'
import type {OpenPort, PortHarness, PortRun} from './token-port-harness.ts'
import {describeCapabilities} from './token-port-suite-capabilities.ts'
import {describePortOperations} from './token-port-suite-operations.ts'
import {describeRecords, describeReplaceAndEnd} from './token-port-suite-records.ts'

/** The guarantees of the port to any vendor's tokens, and how operations use its capabilities. */
export function tokenPortSuite<Token extends TokenRecord, NewToken extends {name: string}>(
  run: PortRun<Token, NewToken>,
): void {
  describe(`token port: ${run.title}`, () => {
    let opened: PortHarness<Token, NewToken>
    beforeEach(async () => {
      opened = await run.open()
    })
    afterEach(() => opened.close())

    const open: OpenPort<Token, NewToken> = {run, current: () => opened}
    describeRecords(open)
    describeReplaceAndEnd(open)
    describeCapabilities(open)
    describePortOperations(open)
  })
}
