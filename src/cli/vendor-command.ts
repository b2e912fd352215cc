import type {ConnectOptions} from '../operations/astro/connect.ts'
import {readSecretFile} from '../output/secret-input.ts'
import {BaseCommand} from './base-command.ts'
import {type VendorFlags, vendorFlags} from './flags.ts'

/** The base of every command that goes to a vendor, or to the embedded service instead. */
export abstract class VendorCommand<Result> extends BaseCommand<Result> {
  static override baseFlags = vendorFlags

  /** Return how to connect: where the flags lead, and where to write what a person should know. */
  protected connection({
    context,
    'credential-file': credentialFile,
  }: VendorFlags): Required<Omit<ConnectOptions, 'credentialText'>> {
    const {tracer: trace, showStderr} = this
    return {context, credentialFile, trace, warn: (text) => this.writer.warn(text), showStderr}
  }

  /** Tell a person at a terminal where the command goes, if it could go elsewhere. */
  protected async sayWhere({where, isOnlyTarget}: {where: string; isOnlyTarget: boolean}): Promise<void> {
    if (isOnlyTarget || !this.runtime.stderr.isTTY) return
    const {dim} = await this.writer.errColors()
    await this.writer.note(`Using ${where}`, dim)
  }

  /** Read the secret from --token-file; undefined if the flag is not given. */
  protected async readTokenFile(file: string | undefined): Promise<string | undefined> {
    return file === undefined ? undefined : readSecretFile(file, this.runtime)
  }
}
