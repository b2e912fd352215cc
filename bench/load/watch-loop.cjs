// Loaded before a server by --require. Answers each message of the parent with the delay of the
// event loop and the CPU time since the last message, and with the resident memory now.
const {monitorEventLoopDelay} = require('node:perf_hooks')

const delay = monitorEventLoopDelay({resolution: 1})
delay.enable()
let cpu = process.cpuUsage()

process.on('message', () => {
  const {user, system} = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  const loop = {loopP99Ms: delay.percentile(99) / 1e6, loopMaxMs: delay.max / 1e6}
  process.send({...loop, cpuMs: (user + system) / 1000, rssMib: process.memoryUsage.rss() / 2 ** 20})
  delay.reset()
})
// The parent must not keep a stopped server running.
process.channel.unref()
