// Write a text to stdout. Report on descriptor 4 how it was written (direct or stream) and the
// error. Exit with code 143 at the signal that is given as an argument.
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
// The second text must follow the first, even if the first has to wait.
output.write(text)
output.write(text.replaceAll('-', '+'), (err) => {
  report += err && 'code' in err ? err.code : String(err ?? null)
  setImmediate(() => process.disconnect())
})
process.send?.('has written, or waits')
