// The same command, with its code cached in the same way as tokenry's code.
import {join} from 'node:path'
import {loadWithCodeCache} from '../../src/start/code-cache.ts'
import type * as hello from './hello.ts'

const folder = process.env['BENCH_CACHE'] ?? ''
const {exports, keep} = loadWithCodeCache<typeof hello>(join(import.meta.dirname, 'hello.cjs'), {
  folder,
  identity: 'bench',
  require,
})
void exports.ended.then(() => keep('hello'))
