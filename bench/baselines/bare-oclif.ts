// The smallest possible oclif command, bundled as tokenry is, with Node's own compile cache.
import {enableCompileCache} from 'node:module'

enableCompileCache(process.env['BENCH_CACHE'])
void import('./hello.ts')
