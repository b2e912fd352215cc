import type {Plugin} from 'esbuild'

/**
 * Load a built-in of Node at its first use, although our modules import it at their top.
 * `node:crypto` takes 7 ms, and a command that only reads does not need it.
 */
export function lazyBuiltin(name: string): Plugin {
  return {
    name: `lazy-${name}`,
    setup({onResolve, onLoad}) {
      onResolve({filter: new RegExp(`^${name}$`)}, ({kind, namespace}) =>
        kind === 'import-statement' && namespace === 'file' ? {path: name, namespace: 'lazy-builtin'} : undefined,
      )
      onLoad({filter: new RegExp(`^${name}$`), namespace: 'lazy-builtin'}, async () => {
        const names = Object.keys(await import(name)).filter((key) => key !== 'default')
        // Kept in a variable, because each use goes through here, and require() takes a
        // microsecond.
        const getters = names.map((key) => `get ${key}() { return (loaded ??= require('${name}')).${key} }`)
        return {contents: `let loaded; module.exports = {${getters.join(', ')}}`}
      })
    },
  }
}
