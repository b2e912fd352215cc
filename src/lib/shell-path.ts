/**
 * Return the path, quoted for a shell if needed: the data folder of macOS has a space in its name.
 */
export function shellPath(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
