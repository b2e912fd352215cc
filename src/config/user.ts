import {homedir, userInfo} from 'node:os'

type Env = Record<string, string | undefined>

// In a container, a user id may have no entry in the user database: no name, no home folder, no
// shell. Then Node throws when it is asked for them, also when one of our dependencies asks. The
// functions below fill in the variables that those packages read first.

/** Return the home folder of this user; empty if there is none. */
export function readHomeFolder(env: Env): string {
  return orElse(homedir, () => {
    env['HOME'] = ''
    return ''
  })
}

/** Return the name of the user who runs this process. Reading the user database takes 1 ms. */
export function readUserName(env: Env): string {
  return orElse(
    () => userInfo().username,
    () => {
      env['SHELL'] ??= 'sh'
      return env['USER'] || String(process.getuid?.() ?? 'unknown')
    },
  )
}

function orElse(read: () => string, otherwise: () => string): string {
  try {
    return read()
  } catch {
    return otherwise()
  }
}
