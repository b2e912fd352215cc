// Loaded before a server by --require. Answers each message of the parent with the delay of the
// event loop and the CPU time since the last message, and with the resident memory now. If the
// server has several processes, the first one adds up the CPU time and memory of all.
const cluster = require('node:cluster')
const {once} = require('node:events')
const {monitorEventLoopDelay} = require('node:perf_hooks')

const delay = monitorEventLoopDelay({resolution: 1})
delay.enable()
let cpu = process.cpuUsage()

process.on('message', async (message) => {
  if (message !== 'report') return
  const reports = [readReport(), ...(await Promise.all(Object.values(cluster.workers ?? {}).map(askMember)))]
  const max = (name) => Math.max(...reports.map((report) => report[name]))
  const sum = (name) => reports.reduce((total, report) => total + report[name], 0)
  process.send({loopP99Ms: max('loopP99Ms'), loopMaxMs: max('loopMaxMs'), cpuMs: sum('cpuMs'), rssMib: sum('rssMib')})
})
// The parent must not keep a stopped server running.
if (cluster.isPrimary) process.channel.unref()

function readReport() {
  const {user, system} = process.cpuUsage(cpu)
  cpu = process.cpuUsage()
  const loop = {loopP99Ms: delay.percentile(99) / 1e6, loopMaxMs: delay.max / 1e6}
  delay.reset()
  return {...loop, cpuMs: (user + system) / 1000, rssMib: process.memoryUsage.rss() / 2 ** 20}
}

async function askMember(member) {
  member.send('report')
  const [report] = await once(member, 'message')
  return report
}
