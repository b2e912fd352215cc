import {writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {expect} from 'chai'
import {build} from 'esbuild'
import {lazyBuiltin} from '../../scripts/lazy-builtin.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('lazyBuiltin', () => {
  it('loads a built-in module at its first use', async () => {
    const folder = tempFolder()
    const [entry, outfile] = [join(folder, 'main.ts'), join(folder, 'out.cjs')]
    writeFileSync(entry, `import {createHash} from 'node:crypto'; export const hash = () => createHash('sha256')`)
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      plugins: [lazyBuiltin('node:crypto')],
    })
    const loaded: string[] = []
    const load = createRequire(outfile)
    const module = {exports: {} as {hash(): {update(text: string): {digest(form: string): string}}}}
    const spied = (name: string) => {
      loaded.push(name)
      return load(name)
    }
    const {readFileSync} = load('node:fs')
    new Function('require', 'module', 'exports', readFileSync(outfile, 'utf8'))(spied, module, module.exports)
    expect(loaded).to.deep.equal([])
    expect(module.exports.hash().update('').digest('hex')).to.match(/^e3b0c442/)
    expect(loaded).to.deep.equal(['node:crypto'])
  })
})
