// Loaded before a program by --require; when it ends, writes its peak of resident memory, in KiB, to file descriptor 3.
const {readFileSync, writeSync} = require('node:fs')

process.on('exit', () => {
  writeSync(3, String(peakKib()))
})

/** On Linux `maxRSS` counts the parent as well, whose memory a child has between fork and exec; VmHWM does not. */
function peakKib() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]
}
