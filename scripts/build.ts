// Bundles src/ into dist/: one entry, and a chunk for everything that is only loaded where it is used.
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, type Metafile} from 'esbuild'
import pjson from '../package.json' with {type: 'json'}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** CommonJS parts of the bundle ask for `require`, `__filename` and `__dirname`, which an ES module does not have. */
const COMMONJS_GLOBALS = [
  "import {createRequire as __createRequire} from 'node:module'",
  "import {fileURLToPath as __fileURLToPath} from 'node:url'",
  "import {dirname as __pathDirname} from 'node:path'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = __fileURLToPath(import.meta.url)',
  'const __dirname = __pathDirname(__filename)',
].join('\n')

rmSync(join(ROOT, 'dist'), {recursive: true, force: true})
const {metafile} = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/start.ts', 'src/run.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  chunkNames: 'chunks/[name]-[hash]',
  banner: {js: COMMONJS_GLOBALS},
  metafile: true,
  logLevel: 'warning',
})
writeFileSync(join(ROOT, 'dist', 'third-party-licenses.txt'), licensesOf(metafile))

/** The licence of every package that went into the bundle, as those licences ask for. */
function licensesOf({inputs}: Metafile): string {
  const packages = new Set<string>()
  for (const input of Object.keys(inputs)) {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]
    if (folder) packages.add(folder)
  }
  const texts = [...packages].sort().map((folder) => {
    const {name, version, license} = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry))
    const text = file ? readFileSync(join(ROOT, folder, file), 'utf8').trim() : `License: ${license}`
    return `${name} ${version}\n\n${text}\n`
  })
  return [`${pjson.name} contains these packages:\n`, ...texts].join(`\n${'-'.repeat(80)}\n`)
}
