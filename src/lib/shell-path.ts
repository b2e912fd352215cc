/**
 * Return the path, or an id or a name, quoted for a shell if needed: the data folder of macOS has a
 * space in its name, and the ids of a server can hold anything.
 */
export function shellPath(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
