import {shellPath} from '../../lib/shell-path.ts'

/** Return the flag, with a space before it, that leads a command to the same context; empty unless --context named it. */
export function contextFlag(namedContext: string | undefined): string {
  return namedContext === undefined ? '' : ` --context ${shellPath(namedContext)}`
}
