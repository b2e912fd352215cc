// The least that a command of oclif can be, started and bundled as tokenry is.
import {join} from 'node:path'
import {loadWithCodeCache} from '../../src/start/code-cache.ts'
import type * as hello from './hello.ts'

const folder = process.env['BENCH_CODE_CACHE'] ?? ''
const {exports, keep} = loadWithCodeCache<typeof hello>(join(import.meta.dirname, 'hello.cjs'), {folder, require})
exports.ended.then(() => keep('hello'))
