import {readFile, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {type BuildOptions, build, type Metafile, type Plugin} from 'esbuild'
import {lazyBuiltin} from './lazy-builtin.ts'
import {lazyRequires} from './lazy-requires.ts'

/** The fields of package.json that are read at run time. The bundle leaves out all others. */
const PJSON_FIELDS = ['name', 'version', 'description', 'type', 'oclif']

interface BundleOptions {
  root: string
  entries: string[]
  outdir: string
  /** Whether a bundle without oclif is expected. */
  withoutOclif?: boolean
  /** JavaScript expressions by the names in the sources that they replace. */
  define?: Record<string, string>
}

/**
 * Bundle each entry into one file in `outdir`. A package that is imported only where it is used
 * gets its own file.
 *
 * The format is CommonJS. For an ES module, Node wraps every built-in that it imports, with all
 * exports: `node:fs` alone takes 6 ms, because one of its exports loads streams. Each entry is one
 * file, because loading a file takes about 0.3 ms.
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
    // Load a file of the bundle by require: import() would start the loader of ES modules.
    supported: {'dynamic-import': false},
    minifySyntax: true,
    minifyWhitespace: true,
    // A create is 2 to 4 % faster, which its budget needs (docs/start-up.md). Stacks then have
    // short names.
    minifyIdentifiers: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: {
      ...define,
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      // Otherwise oclif reads a package.json and loads semver to check the Node version, which
      // bin/run.js has done.
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
  await escapeAll(root, main.metafile)
  if (packages.size === 0) return [main.metafile]
  const entryPoints = [...packages].map((name) => ({in: name, out: fileOf(name)}))
  const apart = await build({...common, entryPoints, plugins: pluginsFor(true)})
  await escapeAll(root, apart.metafile)
  return [main.metafile, apart.metafile]
}

/**
 * Make each file of the bundle ASCII, which src/start/code-cache.ts reads faster. esbuild escapes
 * other characters in texts, but not in regular expressions.
 */
async function escapeAll(root: string, {outputs}: Metafile): Promise<void> {
  for (const path of Object.keys(outputs)) {
    const text = await readFile(join(root, path), 'utf8')
    const escaped = text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    if (escaped !== text) await writeFile(join(root, path), escaped)
  }
}

/**
 * While it is loaded, oclif adds a listener to stdout, which loads the sockets of Node. tokenry has
 * its own (src/runtime/runtime.ts).
 */
const STDOUT_LISTENER = {
  file: /@oclif[\\/]core[\\/]lib[\\/]command\.js$/,
  statement: /^process\.stdout\.on\('error', .*?^\}\);$/ms,
}

/** Packages that modules import at their top and that only `service start` uses. */
const SOMETIMES: ReadonlySet<string> = new Set(['hono', '@hono/node-server', 'zod'])

/**
 * Packages that oclif requires for plugins, for finding commands and for spinners. No command of
 * ours uses them, and a first start would parse all of them.
 */
const HARDLY_EVER: ReadonlySet<string> = new Set([
  'cli-spinners',
  'debug',
  'lilconfig',
  'minimatch',
  'semver',
  'tinyglobby',
])

/** Optional dependencies with native code. They stay in node_modules, and may be missing there. */
const NATIVE: ReadonlySet<string> = new Set(['@napi-rs/keyring'])

/**
 * Leave out of the file what it imports with `import()` if that is a package or another entry. A
 * package gets its own file, unless it is native. Our own modules stay: esbuild evaluates them when
 * the `import()` is reached.
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
        if (NATIVE.has(path)) return {path, external: true}
        if (entry) return {path: `./${basename(entry, '.ts')}.cjs`, external: true}
        return path.startsWith('.') ? undefined : toFile(path)
      })
      function toFile(path: string) {
        packages.add(path)
        return {path, namespace: 'package-apart'}
      }
      // The module is in no package. In a package of "type": "module", the default export would be
      // all exports.
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
