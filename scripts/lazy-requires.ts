import {readFile} from 'node:fs/promises'
import {type Plugin, transform} from 'esbuild'

/**
 * A `require` at the top of a file that TypeScript compiled to CommonJS, with the name of its
 * result.
 */
const IMPORTED = /^(?:const|var) (\w+) = ((?:__import(?:Default|Star)\()?require\((["'])[^"']+\3\)\)?);$/gm
/** A `require` whose result is an export of the file. */
const REEXPORTED = /^exports\.(\w+) = (__importStar\(require\((["'])[^"']+\3\)\));$/gm

/** A statement of a file that a bundle does not need. */
interface LeftOut {
  file: RegExp
  statement: RegExp
}

interface LazyRequiresOptions {
  leftOut?: readonly LeftOut[]
  /** Whether a build without such a file is expected. */
  optional?: boolean
}

/**
 * Let CommonJS files that match `filter` load what they require at its first use, as
 * `inlineRequires` of React Native does. A program that needs a few functions of a package then
 * evaluates only a few of its files.
 *
 * Use it only for files that do not depend on the order in which their modules are evaluated.
 */
export function lazyRequires(filter: RegExp, {leftOut = [], optional = false}: LazyRequiresOptions = {}): Plugin {
  return {
    name: 'lazy-requires',
    setup({onLoad, onEnd}) {
      let deferred = 0
      onLoad({filter}, async ({path}) => {
        const code = withoutStatements(leftOut, path, await readFile(path, 'utf8'))
        deferred += [...code.matchAll(IMPORTED)].length
        return {contents: await deferRequires(code)}
      })
      // A new version of the package may be compiled differently. Without this error, every start
      // would become slower unnoticed.
      onEnd(() => {
        if (deferred === 0 && !optional) throw new Error(`No require to defer in any file like ${filter}`)
      })
    },
  }
}

/** Throw if a file no longer has the statement: someone must look at it again. */
function withoutStatements(leftOut: readonly LeftOut[], path: string, code: string): string {
  return leftOut
    .filter(({file}) => file.test(path))
    .reduce((rest, {statement}) => {
      if (!statement.test(rest)) throw new Error(`${path} has nothing like ${statement}`)
      return rest.replace(statement, '')
    }, code)
}

/**
 * Turn each `const a_1 = require('a')` into a getter of one object, and each use of `a_1` into a
 * use of that getter. esbuild does the second half and respects scopes: without its declaration,
 * `a_1` is a global, and `define` replaces globals.
 */
async function deferRequires(code: string): Promise<string> {
  const imported = [...code.matchAll(IMPORTED)].map(([, name = '', load = '']) => ({name, load}))
  const lazy = `const __lazy = {${imported.map(({name, load}) => getterOnce(name, load)).join(', ')}};`
  const deferred = code
    .replace(IMPORTED, '')
    .replace(REEXPORTED, (_, name, load) => `__defineExport({${getterOnce(name, load)}});`)
  const define = Object.fromEntries(imported.map(({name}) => [name, `__lazy.${name}`]))
  const {code: body} = await transform(deferred, {define})
  return [lazy, DEFINE_EXPORT, body].join('\n')
}

const DEFINE_EXPORT =
  'const __defineExport = (lazy) => Object.defineProperties(exports, Object.getOwnPropertyDescriptors(lazy));'

/**
 * At its first use, the getter replaces itself with the value, so that `__importStar` copies only
 * once.
 */
function getterOnce(name: string, load: string): string {
  return `get ${name}() { const value = ${load}; Object.defineProperty(this, '${name}', {value, enumerable: true}); return value }`
}
