import {createHash} from 'node:crypto'
import {AppError} from '../../errors/app-error.ts'
import {shellPath} from '../../lib/shell-path.ts'

/** The context that a stored credential is for, and the only origin to which it may be sent. */
export interface CredentialKey {
  vendor: string
  context: string
  /** Scheme, host and port, as `origin` of a URL. */
  origin: string
}

/**
 * The content of a stored credential. It names its context and origin, so that it fits no other.
 */
interface StoredCredential extends CredentialKey {
  secret: string
}

const READABLE_LENGTH_MAX = 40

/**
 * Return a name for the credential of this context: readable words, and a hash that makes it
 * unique. For every name of a context, it is safe as the name of a file on every platform,
 * and has at most 80 characters. The origin is not part of it, so a new credential replaces the old
 * one.
 *
 * @param folder distinguishes contexts of the same name in several installations
 */
export function nameCredential({vendor, context}: CredentialKey, folder = ''): string {
  const words = `${vendor}-${context}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const hash = createHash('sha256')
    .update(JSON.stringify([folder, vendor, context]))
    .digest('hex')
  return `${words.slice(0, READABLE_LENGTH_MAX)}-${hash.slice(0, 32)}`
}

export function formatCredential({vendor, context, origin}: CredentialKey, secret: string): string {
  const stored: StoredCredential = {vendor, context, origin, secret}
  return JSON.stringify(stored)
}

/**
 * Return the secret in a stored credential.
 *
 * @param where where it is stored, for messages
 * @throws AppError CONFIG if the text is damaged, or if it was stored for another context or
 * origin. No message contains a part of the text.
 */
export function parseCredential(text: string, key: CredentialKey, where: string): string {
  const stored = toStored(text)
  if (stored === null) {
    throw new AppError('CONFIG', `The credential in ${where} is damaged`, {
      hint: `To replace it, sign in again: ${loginLine(key)}`,
    })
  }
  if (stored.vendor !== key.vendor || stored.context !== key.context) {
    throw new AppError('CONFIG', `The credential in ${where} is for another context than ${key.context}`, {
      hint: `To replace it, sign in again: ${loginLine(key)}`,
    })
  }
  if (stored.origin !== key.origin) {
    throw new AppError(
      'CONFIG',
      `The credential of context ${key.context} was stored for ${stored.origin}, so it is not sent to ${key.origin}`,
      {hint: `Sign in again: ${loginLine(key)}`},
    )
  }
  return stored.secret
}

function toStored(text: string): StoredCredential | null {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return null
    const {vendor, context, origin, secret} = value as Partial<Record<string, unknown>>
    if (typeof vendor !== 'string' || typeof context !== 'string') return null
    if (typeof origin !== 'string' || typeof secret !== 'string' || secret === '') return null
    return {vendor, context, origin, secret}
  } catch {
    // The error of JSON.parse quotes the text.
    return null
  }
}

/**
 * Return the command that stores a new credential for this context. It names the vendor, because
 * several vendors may have a context of this name.
 */
export function loginLine({vendor, context}: CredentialKey): string {
  return `tokenry login --context ${shellPath(context)} --vendor ${vendor}`
}
