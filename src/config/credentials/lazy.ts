import type {Credentials} from './types.ts'

/** The credentials of this machine. The code is loaded at its first use. */
export const LAZY_CREDENTIALS: Credentials = {
  saveCredential: async (...given) => (await import('./store.ts')).saveCredential(...given),
  readStoredCredential: async (...given) => (await import('./store.ts')).readStoredCredential(...given),
  removeCredential: async (...given) => (await import('./store.ts')).removeCredential(...given),
  runCredentialCommand: async (...given) => (await import('./credential-command.ts')).runCredentialCommand(...given),
}
