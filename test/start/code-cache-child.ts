// Loads a program with the code kept for it, calls what it is told to, or else collects garbage, and keeps the code as a part.
import {createRequire} from 'node:module'
import {loadWithCodeCache} from '../../src/start/code-cache.ts'

const [, , file = '', folder = '', part = '', ...calls] = process.argv
const require = createRequire(import.meta.url)
const {exports, keep} = loadWithCodeCache<Record<string, () => string>>(file, {folder, identity: 'a', require})
for (const call of calls) exports[call]?.()
if (calls.length === 0) for (let times = 0; times < 3; times++) globalThis.gc?.()
keep(part)
