import {shellPath} from '../../lib/shell-path.ts'

interface NamedTarget {
  /** From --context. */
  namedContext?: string | undefined
  /** From --credential-file. */
  credentialFile?: string | undefined
}

/**
 * Return the flags that select the same target with the same credential, each with a space before
 * it. Empty unless the command had them.
 */
export function contextFlags({namedContext, credentialFile}: NamedTarget): string {
  const context = namedContext === undefined ? '' : ` --context ${shellPath(namedContext)}`
  return credentialFile === undefined ? context : `${context} --credential-file ${shellPath(credentialFile)}`
}
