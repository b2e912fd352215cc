/** An error as a call to the system throws it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(code), {code})
}
