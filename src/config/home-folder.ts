import {homedir} from 'node:os'

/**
 * The home folder, or an empty text where there is none: a user id without an entry in the user database, as in a container. Node
 * then throws whenever it is asked, also by packages that only want to shorten a path, so that is mended for them as well.
 */
export function readHomeFolder(): string {
  try {
    return homedir()
  } catch {
    process.env['HOME'] = ''
    return ''
  }
}
