import type {Interfaces} from '@oclif/core'
import type {ConnectOptions} from '../../operations/connection.ts'
import {connectDeltaStream, type DeltaStreamService} from '../../operations/deltastream/connect.ts'
import {textFlag, vendorFlags} from '../flags.ts'
import {VendorCommand} from '../vendor-command.ts'

/** The flags of every DeltaStream command. */
const deltaStreamFlags = {
  ...vendorFlags,
  token: {
    ...textFlag('token', {
      char: 'a',
      description:
        'Token to sign in with, instead of any other credential: `-` for standard input, or the token itself, which others on this machine can read then',
      placeholder: 'TOKEN',
    }),
    takesSecret: true,
    helpGroup: 'DELTASTREAM',
  },
}

export type DeltaStreamFlags = Interfaces.InferredFlags<typeof deltaStreamFlags>

/** The base of every DeltaStream command. It opens the API. */
export abstract class DeltaStreamCommand<Result> extends VendorCommand<Result> {
  static override baseFlags = deltaStreamFlags

  /** Open the API of the context, and tell a person at a terminal where that is. */
  protected async connect(flags: DeltaStreamFlags): Promise<DeltaStreamService> {
    const {token} = flags
    const options: ConnectOptions = {
      ...this.connection(flags),
      credentialText: token === undefined ? undefined : {flag: '--token', text: token, takesName: false},
    }
    const service = await connectDeltaStream(this.runtime, options)
    await this.sayWhere(service)
    return service
  }
}
