#!/usr/bin/env node
// Every Node can read this file, because it is the one that says which Node is needed.
import {createRequire} from 'node:module'

const wanted = createRequire(import.meta.url)('../package.json').engines.node
const [major, minor, patch] = process.versions.node.split('.').map(Number)
const supported =
  (major === 22 && (minor > 22 || (minor === 22 && patch >= 2))) || (major === 24 && minor >= 15) || major >= 26

if (supported) {
  import('../dist/start.js')
} else {
  console.error(`tokenry needs Node ${wanted}; this is Node ${process.versions.node}.`)
  process.exitCode = 3
}
