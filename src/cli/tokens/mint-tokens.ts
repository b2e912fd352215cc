import {checkSecretFolder, nameSecretFiles, prepareSecretFiles} from '../../files/secret-folder.ts'
import type {Outcome} from '../../operations/tokens/bulk.ts'
import type {Deliver} from '../../operations/tokens/deliver.ts'
import {mintMany, type PreparedMint, type SecretFiles} from '../../operations/tokens/mint-many.ts'
import type {DeliveryForm} from '../../output/delivery.ts'
import type {Writer} from '../../output/writer.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {OUTPUT_DIR} from './mint-flags.ts'
import {type MintSecretOptions, mintSecret} from './mint-secret.ts'

interface MintTokensOptions<Plan, Minted> {
  wanted: readonly string[]
  verb: string
  dryRun: boolean
  /** From --output-dir. */
  folder: string
  prepare(wanted: string): Promise<PreparedMint<Plan, Minted>>
  confirm(all: readonly PreparedMint<Plan, Minted>[]): Promise<void>
}

/** The document is written at the end, with what came of all tokens. No secret goes to stdout. */
const FORM: DeliveryForm = {
  async toStdout() {
    throw new Error('A secret of several goes to a file')
  },
}

/**
 * Mint new secrets for several tokens into the files of one folder: see `mintMany` and
 * `mintSecret`. A signal between two of them stops the rest.
 */
export async function mintTokens<Plan extends object, Minted extends object>(
  {runtime, writer}: {runtime: Runtime; writer: Writer},
  {folder, ...options}: MintTokensOptions<Plan, Minted>,
): Promise<Outcome<Plan | (Minted & {file: string})>[]> {
  return mintMany<Plan, Minted>({
    ...options,
    files: openSecretFiles({runtime, writer}, folder),
    signals: runtime.signals,
    mint: (output, {hint, endHint, apply}, onDelivered) =>
      mintSecret(
        {runtime, writer},
        {output, outputFlag: OUTPUT_DIR, hint, form: FORM, ...(endHint ? {endHint} : {})},
        (deliver) => apply(noteDelivery(deliver, onDelivered)),
      ),
  })
}

function noteDelivery(deliver: Deliver<object>, onDelivered: () => void): Deliver<object> {
  return async (...given) => {
    await deliver(...given)
    onDelivered()
  }
}

function openSecretFiles({runtime, writer}: {runtime: Runtime; writer: Writer}, path: string): SecretFiles {
  const folder = checkSecretFolder(path, OUTPUT_DIR)
  return {
    plan(tokens) {
      const files = nameSecretFiles(
        folder,
        tokens.map(({name}) => name),
        OUTPUT_DIR,
      )
      return new Map(tokens.map(({key}, index) => [key, files[index] ?? '']))
    },
    async prepare(files) {
      await writer.requireMask()
      const left = prepareSecretFiles([...files.values()], {folder, flag: OUTPUT_DIR, calls: runtime.files})
      for (const {message, hint} of left) await writer.warn(`${message}; it does not contain a token. ${hint}`)
    },
  }
}

/** The new file for the one secret of a command, in the folder of --output-dir. */
export interface OneFile extends Required<Pick<MintSecretOptions, 'output' | 'outputFlag'>> {
  /** Create what is missing. Throw if the file cannot be written. */
  prepare(): Promise<void>
}

/**
 * Check the new file for the one secret of a command, in the folder of --output-dir.
 * @throws AppError as for several
 */
export function planOneFile(
  {runtime, writer}: {runtime: Runtime; writer: Writer},
  path: string,
  token: {name: string},
): OneFile {
  const files = openSecretFiles({runtime, writer}, path)
  const planned = files.plan([{key: '', name: token.name}])
  return {output: planned.get('') ?? '', outputFlag: OUTPUT_DIR, prepare: () => files.prepare(planned)}
}
