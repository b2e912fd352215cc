// The least that a command of oclif can be, started and bundled as tokenry is.
import {enableCompileCache} from 'node:module'

enableCompileCache(process.env['BENCH_COMPILE_CACHE'])
import('./hello.ts')
