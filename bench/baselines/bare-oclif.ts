// The least that a command of oclif can be, bundled as tokenry is, with the compile cache that Node brings.
import {enableCompileCache} from 'node:module'

enableCompileCache(process.env['BENCH_CACHE'])
void import('./hello.ts')
