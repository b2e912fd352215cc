// Loaded before a program by --require. When the program ends, writes its peak of resident memory,
// in KiB, to file descriptor 3.
const {readFileSync, writeSync} = require('node:fs')

process.on('exit', () => {
  writeSync(3, String(peakKib()))
})

/**
 * Return the peak in KiB. On Linux, `maxRSS` includes the memory of the parent, which a child has
 * between fork and exec. VmHWM does not.
 */
function peakKib() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]
}
