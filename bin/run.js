#!/usr/bin/env node
// Keep this file readable for every Node: it prints which Node is needed. CommonJS starts sooner.
const [major, minor, patch] = process.versions.node.split('.').map(Number)
const supported =
  (major === 22 && (minor > 22 || (minor === 22 && patch >= 2))) || (major === 24 && minor >= 15) || major >= 26

if (supported) {
  require('../dist/start/start.cjs')
} else {
  const wanted = require('../package.json').engines.node
  console.error(
    `tokenry needs Node ${wanted}; this is Node ${process.versions.node}. Put a supported Node first in PATH.`,
  )
  process.exitCode = 3
}
