import {readFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {type BuildOptions, build, type Metafile, type Plugin} from 'esbuild'
import {lazyBuiltin} from './lazy-builtin.ts'
import {lazyRequires} from './lazy-requires.ts'

/** What of a package.json is read at run time; imported whole, it would be a part of the bundle with everything in it. */
const PJSON_FIELDS = ['name', 'version', 'description', 'type', 'oclif']

interface BundleOptions {
  root: string
  entries: string[]
  outdir: string
  /** Let the bundle be one without oclif. */
  withoutOclif?: boolean
  /** Names in the sources, and the JavaScript that takes their place. */
  define?: Record<string, string>
}

/**
 * Bundles entries into `outdir`, each into one file, and each package that is only imported where it is used into one of its own.
 *
 * CommonJS, because Node makes an ES module of every built-in that an ES module imports, with all exports: `node:fs` alone takes 6 ms
 * for it, since one of its exports loads streams. One file, because each that is loaded costs about 0.3 ms.
 */
export async function bundle(options: BundleOptions): Promise<Metafile[]> {
  const {root, entries, outdir, define = {}, withoutOclif = false} = options
  const packages = new Set<string>()
  const common = {
    absWorkingDir: root,
    outdir,
    outExtension: {'.js': '.cjs'},
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22.22',
    // A file of the bundle is loaded by require: import() would start the loader of ES modules.
    supported: {'dynamic-import': false},
    minifySyntax: true,
    minifyWhitespace: true,
    // A stack then has positions in place of names; a create takes 2 to 4 % less, which its budget needs (docs/start-up.md).
    minifyIdentifiers: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: {
      ...define,
      'import.meta.dirname': '__dirname',
      // Else the root entry of oclif reads a package.json and loads semver to compare Nodes, which bin/run.js has done.
      'process.env.OCLIF_DISABLE_ENGINE_WARNING': '"1"',
    },
  } satisfies BuildOptions
  const pluginsFor = (optional: boolean) => [
    lazyRequires(/@oclif[\\/]core[\\/]lib[\\/].*\.js$/, {leftOut: [STDOUT_LISTENER], optional}),
    lazyBuiltin('node:crypto'),
    trimmedPackageJson(),
  ]
  const main = await build({
    ...common,
    entryPoints: entries,
    plugins: [...pluginsFor(withoutOclif), filesApart({entries: entries.map((file) => join(root, file)), packages})],
  })
  if (packages.size === 0) return [main.metafile]
  const entryPoints = [...packages].map((name) => ({in: name, out: fileOf(name)}))
  const apart = await build({...common, entryPoints, plugins: pluginsFor(true)})
  return [main.metafile, apart.metafile]
}

/** oclif looks at stdout while it is loaded, and that loads the sockets of Node. tokenry has a listener of its own (src/runtime/runtime.ts). */
const STDOUT_LISTENER = {
  file: /@oclif[\\/]core[\\/]lib[\\/]command\.js$/,
  statement: /^process\.stdout\.on\('error', .*?^\}\);$/ms,
}

/** What modules import at their top that only `service start` reaches. */
const SOMETIMES: ReadonlySet<string> = new Set(['hono', '@hono/node-server', 'zod'])

/** What oclif requires to find plugins and commands, and to spin: no command of ours gets there, and a first start would parse it all. */
const HARDLY_EVER: ReadonlySet<string> = new Set([
  'cli-spinners',
  'debug',
  'lilconfig',
  'minimatch',
  'semver',
  'tinyglobby',
])

/**
 * Leaves what is imported with `import()` out of the file when it is a package, which gets a file of its own, or another entry.
 * What is left, the modules of ours, stays: esbuild evaluates it when the `import()` is reached.
 */
function filesApart({entries, packages}: {entries: string[]; packages: Set<string>}): Plugin {
  return {
    name: 'files-apart',
    setup({onResolve, onLoad}) {
      onResolve({filter: /^/}, ({kind, path, importer, resolveDir, pluginData}) => {
        if (pluginData === APART) return {path, external: true}
        const isOfOurs = !importer.includes('node_modules')
        if (kind === 'require-call' && HARDLY_EVER.has(path)) {
          packages.add(path)
          return {path: `./${fileOf(path)}.cjs`, external: true}
        }
        if (kind === 'import-statement' && isOfOurs && SOMETIMES.has(path)) return toFile(path)
        if (kind !== 'dynamic-import' || path.startsWith('node:')) return undefined
        const entry = entries.find((file) => file === join(resolveDir, path))
        if (entry) return {path: `./${basename(entry, '.ts')}.cjs`, external: true}
        return path.startsWith('.') ? undefined : toFile(path)
      })
      function toFile(path: string) {
        packages.add(path)
        return {path, namespace: 'package-apart'}
      }
      // Handed on by a module of no package: in one of "type": "module" the default export would be all exports.
      onLoad({filter: /^/, namespace: 'package-apart'}, ({path}) => {
        const file = JSON.stringify(`./${fileOf(path)}.cjs`)
        return {contents: `export * from ${file}; export {default} from ${file}`, pluginData: APART}
      })
    },
  }
}

const APART = Symbol('imported by a module of package-apart')

function fileOf(packageName: string): string {
  return packageName.replace(/^\W+/, '').replace(/\W+/g, '-')
}

function trimmedPackageJson(): Plugin {
  return {
    name: 'trimmed-package-json',
    setup({onLoad}) {
      onLoad({filter: /[\\/]package\.json$/}, async ({path}) => {
        const pjson: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'))
        const kept = Object.entries(pjson).filter(([field]) => PJSON_FIELDS.includes(field))
        return {contents: JSON.stringify(Object.fromEntries(kept)), loader: 'json'}
      })
    },
  }
}
