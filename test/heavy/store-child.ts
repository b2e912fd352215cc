// Does what its arguments name with the stored credential of one context, and prints one line of
// JSON for each: `save SECRET`, `read STORE`, `remove STORE`. A secret of a test may be an
// argument.
import {
  type CredentialKey,
  type CredentialStore,
  readStoredCredential,
  removeCredential,
  saveCredential,
} from '../../src/config/credentials/store.ts'
import {AppError} from '../../src/errors/app-error.ts'

const KEY: CredentialKey = {vendor: 'astro', context: 'prod', origin: 'https://api.astronomer.io'}
const place = {folder: process.env['FOLDER'] ?? '', env: process.env}

for (let [act, value = '', ...rest] = process.argv.slice(2); act !== undefined; [act, value = '', ...rest] = rest) {
  console.log(JSON.stringify(await perform(act, value).catch(describe)))
}

async function perform(act: string, value: string): Promise<unknown> {
  if (act === 'save') return saveCredential(place, KEY, value)
  const store = value as CredentialStore
  if (act === 'read') return readStoredCredential(place, KEY, store)
  return removeCredential(place, KEY, store)
}

function describe(err: unknown): {code: string; message: string} {
  if (err instanceof AppError) return {code: err.code, message: err.message}
  throw err
}
