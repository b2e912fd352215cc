import {homedir, userInfo} from 'node:os'

type Env = Record<string, string | undefined>

// A user id without an entry in the user database, as in a container, has neither name nor home folder nor shell. Node throws then
// whenever it is asked, also by packages of ours that would only like to know: what they look at first is filled in for them.

/** Empty where there is none. */
export function readHomeFolder(env: Env): string {
  return orElse(homedir, () => {
    env['HOME'] = ''
    return ''
  })
}

/** Who runs this process. The look into the user database takes 1 ms. */
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
