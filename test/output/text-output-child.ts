// Writes a text to stdout and says at descriptor 4 through what, and with which error. Exits with 143 at a signal that it is told of.
import {writeSync} from 'node:fs'
import {openTextOutput} from '../../src/output/text-output.ts'

const [, , length, signal] = process.argv
let way = 'direct'
let report = ', '
const output = openTextOutput(1, () => {
  way = 'stream'
  return process.stdout.on('error', () => {})
})
process.on('exit', () => writeSync(4, `${way}${report}`))
if (signal) process.on(signal, () => process.exit(143))
const text = '-'.repeat(Number(length))
// The second one has to follow the first, and the first may wait.
output.write(text)
output.write(text.replaceAll('-', '+'), (err) => {
  report += err && 'code' in err ? err.code : String(err ?? null)
  setImmediate(() => process.disconnect())
})
process.send?.('has written, or waits')
