import {homedir, userInfo} from 'node:os'

/** Who runs this process, and where they live. */
export interface User {
  name: string
  /** Empty where there is none. */
  homeFolder: string
}

/**
 * A user id without an entry in the user database, as in a container, has neither name nor home folder nor shell. Node throws then
 * whenever it is asked, also by packages of ours that would only like to know: what they look at first is filled in for them.
 */
export function readUser(env: Record<string, string | undefined>): User {
  const homeFolder = orElse(homedir, () => {
    env['HOME'] = ''
    return ''
  })
  const name = orElse(
    () => userInfo().username,
    () => {
      env['SHELL'] ??= 'sh'
      return env['USER'] || String(process.getuid?.() ?? 'unknown')
    },
  )
  return {name, homeFolder}
}

function orElse(read: () => string, otherwise: () => string): string {
  try {
    return read()
  } catch {
    return otherwise()
  }
}
