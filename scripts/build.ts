// Bundle src/ into dist/, and write the licenses of the packages in it.
import {createHash} from 'node:crypto'
import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Metafile} from 'esbuild'
import pjson from '../package.json' with {type: 'json'}
import {bundle} from './bundle.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/**
 * As deep as src/start, so that relative paths to the root are the same in the bundle and in the
 * source.
 */
const OUT = 'dist/start'
rmSync(join(ROOT, 'dist'), {recursive: true, force: true})
const program = await bundle({root: ROOT, entries: ['src/start/run.ts'], outdir: OUT})
const hash = createHash('sha256')
  .update(readFileSync(join(ROOT, OUT, 'run.cjs')))
  .digest('hex')
const define = {PROGRAM_HASH: JSON.stringify(hash.slice(0, 16))}
const start = await bundle({root: ROOT, entries: ['src/start/start.ts'], outdir: OUT, define, withoutOclif: true})
// Another process, in a file of its own next to run.cjs, where config/credentials/keychain.ts
// looks.
const keychain = await bundle({
  root: ROOT,
  entries: ['src/config/credentials/keychain-child.ts'],
  outdir: OUT,
  withoutOclif: true,
})
const metafiles = [...program, ...start, ...keychain]
writeFileSync(join(ROOT, 'dist', 'third-party-licenses.txt'), licensesOf(metafiles))

/** Return the license text of every package in the bundle: the licenses demand it. */
function licensesOf(metafiles: Metafile[]): string {
  const packages = new Set<string>()
  for (const input of metafiles.flatMap(({inputs}) => Object.keys(inputs))) {
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
