// Loaded by NODE_OPTIONS=--import before the program: crashes it inside, when it writes to stdout what must not be lost or told.
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
