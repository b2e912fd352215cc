/**
 * Return the path, or an id or a name, quoted for a shell if needed: the data folder of macOS has a
 * space in its name, and the ids of a server can hold anything.
 */
export function shellPath(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

/**
 * Return how a command gets a name in its argument or its `--name`: a name that begins with a dash
 * would be read as a flag, and the name `--force` would confirm what it must not.
 */
export function shellName(name: string): string {
  return name.startsWith('-') ? `--name=${shellPath(name)}` : shellPath(name)
}
