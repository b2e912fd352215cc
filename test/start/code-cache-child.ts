// Load a program with its cached code. Call the given functions, or collect garbage if there are
// none. Then keep the code as the given part.
import {createRequire} from 'node:module'
import {loadWithCodeCache} from '../../src/start/code-cache.ts'

const [, , file = '', folder = '', part = '', ...calls] = process.argv
const require = createRequire(import.meta.url)
const {exports, keep} = loadWithCodeCache<Record<string, () => string>>(file, {folder, identity: 'a', require})
for (const call of calls) exports[call]?.()
if (calls.length === 0) for (let times = 0; times < 3; times++) globalThis.gc?.()
keep(part)
