import type {runCredentialCommand} from './credential-command.ts'
import type {CredentialStore, readStoredCredential, removeCredential, saveCredential} from './store.ts'

/** Where the credential of a context is. Settings hold this, never the secret. */
export type ContextCredential =
  /** Stored by `login`, for one origin. If the URL of the context changes, it is not sent. */
  | {readonly store: CredentialStore; readonly origin: string}
  /** In an environment variable, for this context only. */
  | {readonly variable: string}
  /** Written to stdout by a command, such as `op read op://vault/ci/token`. */
  | {readonly command: string}

/** Everything that stores or creates a credential. Tests replace it. */
export interface Credentials {
  saveCredential: typeof saveCredential
  readStoredCredential: typeof readStoredCredential
  removeCredential: typeof removeCredential
  runCredentialCommand: typeof runCredentialCommand
}
