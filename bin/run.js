#!/usr/bin/env node
// Keep this file readable for every Node: it prints which Node is needed. CommonJS starts sooner.
const [major, minor, patch] = process.versions.node.split('.').map(Number)
const supported =
  (major === 22 && (minor > 22 || (minor === 22 && patch >= 2))) || (major === 24 && minor >= 15) || major >= 26

if (supported) {
  require('../dist/start/start.cjs')
} else {
  refuse(`tokenry needs Node ${require('../package.json').engines.node}; this is Node ${process.versions.node}`)
}

function refuse(message) {
  const hint = 'Put a supported Node first in PATH, or see Install in the README'
  process.exitCode = 3
  if (wantsJson(process.argv.slice(2))) {
    // Has the same keys as in src/errors/describe.ts.
    const unknown = {vendor: null, status: null, vendorCode: null, requestId: null, fieldErrors: []}
    const error = Object.assign({code: 'CONFIG', message, hint, exitCode: 3, retryable: false}, unknown)
    console.log(JSON.stringify({schemaVersion: 1, ok: false, error, warnings: []}))
  } else console.error(`${message}. ${hint}.`)
}

// The rule of src/argv/normalise-argv.ts, which an old Node cannot load.
function wantsJson(argv) {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  const last = words.filter((word) => /^--json(=|$)/.test(word)).pop()
  return last !== undefined && !/=(0|f|false)$/i.test(last)
}
