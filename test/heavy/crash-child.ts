// Loaded by NODE_OPTIONS=--import before the program. Crashes the program from inside when it
// writes to stdout, the moment when a secret must be neither lost nor revealed.
const {stdout} = process
const write = stdout.write.bind(stdout)

stdout.write = ((...args: Parameters<typeof write>) => {
  if (process.env['CRASH'] === 'rejection') void Promise.reject(new Error('crash on purpose'))
  else queueMicrotask(crash)
  return write(...args)
}) as typeof write

function crash(): never {
  throw new Error('crash on purpose')
}
