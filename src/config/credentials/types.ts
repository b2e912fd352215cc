/** Where a secret can be stored on this machine. */
export type StoreKind = 'keychain' | 'file'

/** Where the credential of a context is. Settings hold this, never the secret. */
export type CredentialPlace =
  /** Stored by `login`, for one origin. If the URL of the context changes, it is not sent. */
  | {readonly store: StoreKind; readonly origin: string}
  /** In an environment variable, for this context only. */
  | {readonly variable: string}
  /** Written to stdout by a command, such as `op read op://vault/ci/token`. */
  | {readonly command: string}

/** What a stored credential belongs to. It is stored and read under all three. */
export interface CredentialKey {
  readonly vendor: string
  /** The name of the context. */
  readonly context: string
  /** The origin of the API, such as `https://api.example.com`. */
  readonly origin: string
}

/** The parts of the machine that decide where a secret is stored. */
export interface CredentialMachine {
  /** The folder for settings. Credential files are below it. */
  readonly folder: string
  readonly env: Record<string, string | undefined>
}

export interface CredentialCommandOptions {
  readonly env: Record<string, string | undefined>
  /** Whether the command may write to the terminal of the person. */
  readonly showStderr: boolean
}

/** Everything that stores or creates a credential. Tests replace it. */
export interface Credentials {
  /**
   * Store a secret, in the keychain if one can be reached, else in a file. Return which. CONFIG if
   * neither works.
   */
  saveCredential(machine: CredentialMachine, key: CredentialKey, secret: string): Promise<StoreKind>
  /** Return a stored secret. CONFIG if it is not there, damaged, or the keychain is unreachable. */
  readStoredCredential(machine: CredentialMachine, key: CredentialKey, store: StoreKind): Promise<string>
  /** Remove a stored secret. Succeed if there is none. CONFIG if the keychain is unreachable. */
  removeCredential(machine: CredentialMachine, key: CredentialKey, store: StoreKind): Promise<void>
  /** Run a credential command and return what it writes. CONFIG if it fails or writes nothing. */
  runCredentialCommand(command: string, options: CredentialCommandOptions): Promise<string>
}
