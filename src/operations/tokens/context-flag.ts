import {shellPath} from '../../lib/shell-path.ts'

/**
 * Return the flag that selects the same context, with a space before it. Empty unless --context
 * named it.
 */
export function contextFlag(namedContext: string | undefined): string {
  return namedContext === undefined ? '' : ` --context ${shellPath(namedContext)}`
}
