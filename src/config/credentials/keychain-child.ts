// The process that opens the keychain. It reads one request from stdin and writes one answer to
// stdout, both in JSON. The library blocks its thread, so only another process can stop it.
import type {Entry, EntryOptions} from '@napi-rs/keyring'

export interface KeychainRequest {
  operation: 'read' | 'save' | 'remove'
  account: string
  /** For `save`. */
  text?: string
  /** The variables of the home folder, which the process does not have at its start. */
  homes: Record<string, string | undefined>
}

export type KeychainAnswer =
  /**
   * `text` is what `read` found; null if there is nothing. For `remove`, it is empty if there was
   * something.
   */
  | {ok: true; text: string | null}
  /** `missing`: the package is not installed, or does not load here. */
  | {ok: false; reason: 'missing' | 'unreachable'; detail: string}

const SERVICE = 'tokenry'
/**
 * On Linux the library would fall back to the keyring of the kernel. There an unreachable keychain
 * looks like one without the credential, and a credential is lost at the next boot.
 */
const OPTIONS: EntryOptions = {linux: {store: 'secret-service'}}

void readRequest()
  .then(answer)
  .then((result) => process.stdout.write(JSON.stringify(result)))

async function readRequest(): Promise<KeychainRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

async function answer({operation, account, text = '', homes}: KeychainRequest): Promise<KeychainAnswer> {
  Object.assign(process.env, homes)
  const keyring = await import('@napi-rs/keyring').catch((err: unknown) => describe(err))
  if (typeof keyring === 'string') return {ok: false, reason: 'missing', detail: keyring}
  try {
    const entry = new keyring.Entry(SERVICE, account, OPTIONS)
    return {ok: true, text: perform(entry, operation, text)}
  } catch (err) {
    return {ok: false, reason: 'unreachable', detail: describe(err)}
  }
}

function perform(entry: Entry, operation: KeychainRequest['operation'], text: string): string | null {
  if (operation === 'remove') {
    return entry.deleteCredential() ? '' : null
  }
  if (operation === 'save') {
    // As bytes: Windows stores a password in UTF-16, and has room for 2560 bytes.
    entry.setSecret(Buffer.from(text, 'utf8'))
    return null
  }
  const secret = entry.getSecret()
  return secret === null ? null : Buffer.from(secret).toString('utf8')
}

function describe(err: unknown): string {
  return err instanceof Error ? err.message : 'unknown reason'
}
