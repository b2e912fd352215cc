import {writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {expect} from 'chai'
import {build} from 'esbuild'
import {lazyRequires} from '../../scripts/lazy-requires.ts'
import {tempFolder} from '../support/temp-folder.ts'

const COMPILED = `"use strict";
const __importStar = (mod) => ({...mod});
exports.handedOn = exports.other = void 0;
const a_1 = require("./a");
const Star = __importStar(require('./b'));
exports.handedOn = __importStar(require("./b"));
var c_1 = require("./c");
Object.defineProperty(exports, "other", {enumerable: true, get: function () { return c_1.value; }});
exports.early = globalThis.evaluated.length;
exports.useA = () => (0, a_1.value)();
exports.useStar = () => Star.value === Star.value && Star;
exports.shadowed = (a_1) => a_1;
exports.named = {a_1: 'a_1.value'};
`

describe('lazyRequires', () => {
  it('evaluates a required module at its first use, and changes nothing else', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'main.js'), COMPILED)
    for (const name of ['a', 'b', 'c']) {
      const value = `exports.value = () => '${name}'`
      writeFileSync(join(folder, `${name}.js`), `globalThis.evaluated.push('${name}'); ${value}`)
    }
    const outfile = join(folder, 'out.cjs')
    const entryPoints = [join(folder, 'main.js')]
    await build({entryPoints, outfile, bundle: true, format: 'cjs', plugins: [lazyRequires(/main\.js$/)]})
    const evaluated: string[] = []
    Object.assign(globalThis, {evaluated})
    const main = createRequire(outfile)(outfile)
    expect(main.early).to.equal(0)
    expect(main.useA()).to.equal('a')
    expect(evaluated).to.deep.equal(['a'])
    expect(main.useStar()).to.equal(main.useStar())
    expect(main.handedOn.value()).to.equal('b')
    expect(main.other()).to.equal('c')
    expect(evaluated).to.deep.equal(['a', 'b', 'c'])
    expect(main.shadowed(1)).to.equal(1)
    expect(main.named).to.deep.equal({a_1: 'a_1.value'})
  })

  it('fails if there is no require to defer, unless that is expected', async () => {
    const folder = tempFolder()
    const [entry, outfile] = [join(folder, 'main.js'), join(folder, 'out.cjs')]
    writeFileSync(entry, "import {value} from './a.js'\nexport const kept = value\n")
    writeFileSync(join(folder, 'a.js'), 'export const value = 1\n')
    const bundleWith = (optional: boolean) => {
      const plugins = [lazyRequires(/main\.js$/, {optional})]
      return build({entryPoints: [entry], outfile, bundle: true, format: 'cjs', plugins, logLevel: 'silent'})
    }
    await bundleWith(true)
    const failed = await bundleWith(false).catch((err: Error) => err.message)
    expect(failed).to.contain('No require to defer')
  })

  it('removes a given statement, and fails if there is none', async () => {
    const folder = tempFolder()
    const [entry, outfile] = [join(folder, 'main.js'), join(folder, 'out.cjs')]
    writeFileSync(entry, "const a_1 = require('./a');\nexports.kept = true\nthrow new Error()\n")
    writeFileSync(join(folder, 'a.js'), '')
    const bundleWithout = (statement: RegExp) => {
      const plugins = [lazyRequires(/main\.js$/, {leftOut: [{file: /main\.js$/, statement}]})]
      return build({entryPoints: [entry], outfile, bundle: true, format: 'cjs', plugins, logLevel: 'silent'})
    }
    await bundleWithout(/^throw .*$/m)
    expect(createRequire(outfile)(outfile)).to.deep.equal({kept: true})
    const failed = await bundleWithout(/^return .*$/m).catch((err: Error) => err.message)
    expect(failed).to.contain('has nothing like /^return')
  })
})
