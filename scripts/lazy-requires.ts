import {readFile} from 'node:fs/promises'
import {type Plugin, transform} from 'esbuild'

/** A `require` at the top of a file that TypeScript has compiled to CommonJS, and the name that the file gives its result. */
const IMPORTED = /^(?:const|var) (\w+) = ((?:__import(?:Default|Star)\()?require\((["'])[^"']+\3\)\)?);$/gm
/** One that the file hands on as a whole. */
const HANDED_ON = /^exports\.(\w+) = (__importStar\(require\((["'])[^"']+\3\)\));$/gm

/** A statement of a file that a bundle does without. */
interface LeftOut {
  file: RegExp
  statement: RegExp
}

interface LazyRequiresOptions {
  /** Statements that are left out of the file that has them. */
  leftOut?: readonly LeftOut[]
  /** Let a build pass that has no such file. */
  optional?: boolean
}

/**
 * Lets the CommonJS files that match load what they require at its first use, as the bundler of React Native does with
 * `inlineRequires`. A program that needs a few functions of a package then evaluates a few of its files, and not all of them.
 *
 * Only for files that do not rely on the order in which the modules they require are evaluated.
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
      // A new version of the package may be compiled in another way, and every start would be slower without a word.
      onEnd(() => {
        if (deferred === 0 && !optional) throw new Error(`No require to defer in any file like ${filter}`)
      })
    },
  }
}

/** A file that has no such statement any more needs another look. */
function withoutStatements(leftOut: readonly LeftOut[], path: string, code: string): string {
  return leftOut
    .filter(({file}) => file.test(path))
    .reduce((rest, {statement}) => {
      if (!statement.test(rest)) throw new Error(`${path} has nothing like ${statement}`)
      return rest.replace(statement, '')
    }, code)
}

/**
 * Makes each `const a_1 = require('a')` a getter of one object, and each use of `a_1` a use of that getter. esbuild does the second
 * half and knows about scopes: without its declaration `a_1` is a global, and those are what `define` replaces.
 */
async function deferRequires(code: string): Promise<string> {
  const imported = [...code.matchAll(IMPORTED)].map(([, name = '', load = '']) => ({name, load}))
  const lazy = `const __lazy = {${imported.map(({name, load}) => getterOnce(name, load)).join(', ')}};`
  const deferred = code
    .replace(IMPORTED, '')
    .replace(HANDED_ON, (_, name, load) => `__defineExport({${getterOnce(name, load)}});`)
  const define = Object.fromEntries(imported.map(({name}) => [name, `__lazy.${name}`]))
  const {code: body} = await transform(deferred, {define})
  return [lazy, DEFINE_EXPORT, body].join('\n')
}

const DEFINE_EXPORT =
  'const __defineExport = (lazy) => Object.defineProperties(exports, Object.getOwnPropertyDescriptors(lazy));'

/** The value takes the place of the getter, so that an `__importStar` makes its copy once. */
function getterOnce(name: string, load: string): string {
  return `get ${name}() { const value = ${load}; Object.defineProperty(this, '${name}', {value, enumerable: true}); return value }`
}
