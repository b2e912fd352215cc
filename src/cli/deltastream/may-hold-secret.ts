import {holdsToken} from '../../lib/token-shape.ts'
import {scanSql} from '../../vendors/deltastream/sql/scan-sql.ts'

/**
 * Return whether a statement may hold a secret: a token, a password, or a parameter of WITH whose
 * values are not known to be harmless. DeltaStream has parameters for the secrets of many services,
 * such as `'databricks.app_token'`, and adds more.
 */
export function mayHoldSecret(statement: string): boolean {
  return holdsToken(statement) || SECRET_WORDS.test(statement) || hasUnknownParameter(statement)
}

/** The last is a URL with a user and a password. */
const SECRET_WORDS =
  /passw|passphrase|\bpwd\b|secret|credential|bearer\s|(private|access|api)[._ -]?key|:\/\/[^\s/'"]*:[^\s/'"]*@/i

/** The parameters whose values are never secrets. */
const HARMLESS: ReadonlySet<string> = new Set([
  'key.format',
  'key.type',
  'store',
  'timestamp',
  'timestamp.format',
  'token.expires_in_days',
  'token.role_name',
  'topic',
  'topic.partitions',
  'topic.replicas',
  'type',
  'value.format',
  'value.type',
])

/** A name with its `=`, at the begin of a list or after a comma. It may be quoted. */
const PARAMETER = /[(,]\s*(?:'([^']*)'|"([^"]*)"|`([^`]*)`|([^\s,=()]+))\s*=/g

function hasUnknownParameter(statement: string): boolean {
  const text = withoutComments(statement)
  const start = text.search(/\bWITH\s*\(/i)
  if (start < 0) return false
  for (const [, ...names] of text.slice(start).matchAll(PARAMETER)) {
    if (!HARMLESS.has((names.find((name) => name !== undefined) ?? '').toLowerCase())) return true
  }
  return false
}

function withoutComments(statement: string): string {
  let text = ''
  for (const {kind, start, end} of scanSql(statement)) text += kind === 'comment' ? ' ' : statement.slice(start, end)
  return text
}
