/** Return an error as a system call throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), {code})
}
