/** Return the variables that a process needs, and no other variable of the user's environment. */
export function environment(variables: Record<string, string> = {}): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TEMP'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return {...Object.fromEntries(kept), ...variables}
}
