import {execFileSync} from 'node:child_process'
import {closeSync, constants, openSync, readdirSync, readFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as wait} from 'node:timers/promises'
import {expect} from 'chai'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {checkWhole, embeddedTarget, startCommand} from './embedded-target.ts'
import {type CampaignReport, runKillCampaign} from './kill-campaign.ts'
import {chooseSeed} from './random.ts'

const KILLS = 200
const LANES = 2
const FIRST_STARTS = 24
const LIMIT_MS = 110_000

describe('a process that is killed', () => {
  it(`loses nothing, even if ${KILLS} processes are killed at random moments`, async () => {
    const seed = chooseSeed()
    const homes = Array.from({length: LANES}, tempFolder)
    const reports = await Promise.all(
      homes.map((home, lane) =>
        runKillCampaign(embeddedTarget(home), {seed: seed + lane, kills: KILLS / LANES, limitMs: LIMIT_MS}),
      ),
    )
    const sum = (key: keyof CampaignReport) => reports.reduce((total, report) => total + report[key], 0)
    console.log(`      seed ${seed}: ${JSON.stringify(reports)}`)
    expect(sum('kills')).to.equal(KILLS)
    // If these were zero, the kills would have missed the moments that matter.
    expect(sum('killedAfterPrint'), `seed ${seed}`).to.be.greaterThan(0)
    expect(sum('killedAfterCommit'), `seed ${seed}`).to.be.greaterThan(0)
    for (const home of homes) expect(filesWithSecrets(home)).to.deep.equal([])
  })

  it(`leaves a store that the next process can use, after ${FIRST_STARTS} kills while the store is created`, async () => {
    const seed = chooseSeed()
    for (let start = 0; start < FIRST_STARTS; start += LANES) {
      const campaigns = Array.from({length: LANES}, (_, lane) =>
        runKillCampaign(embeddedTarget(tempFolder()), {seed: seed + start + lane, kills: 1, limitMs: LIMIT_MS}),
      )
      await Promise.all(campaigns)
    }
  })

  it('in the middle of a rotation leaves the old secret valid; the list shows it, and the next rotation completes it', async () => {
    const home = tempFolder()
    const now = {home, nowMs: Date.now()}
    const create = ['deployment', 'token', 'create', '-n', 'ci', '-r', 'DEPLOYMENT_ADMIN', '-e', '30', '-c']
    const {stdout: old} = await runTokenry(create, now)
    const rotate = ['deployment', 'token', 'rotate', '--name', 'ci', '--force', '--clean-output']

    const full = openFullPipe(join(home, 'pipe'))
    const rotation = startCommand(home, rotate, full)
    await rotation.written
    // The process hangs while it writes the new secret. By then the secret is committed.
    await wait(500)
    rotation.kill()
    expect(await rotation.ended).to.include({killed: true})
    closeSync(full)

    checkWhole(join(home, 'data', 'tokenry.db'))
    expect(await exitCodeOfVerify(old)).to.equal(0)
    const listed = await runTokenry(['deployment', 'token', 'list'], now)
    expect(listed.stderr).to.match(/^Warning: A rotation of ci \(\w+\) that began at \S+ was not finished/)

    const next = await runTokenry(rotate, now)
    expect(next).to.include({exitCode: 0, stderr: ''})
    expect(await exitCodeOfVerify(old)).to.equal(10)
    expect(await exitCodeOfVerify(next.stdout)).to.equal(0)
    expect((await runTokenry(['deployment', 'token', 'list'], now)).stderr).to.equal('')

    async function exitCodeOfVerify(stdin: string): Promise<number> {
      return (await runTokenry(['token', 'verify'], {...now, stdin})).exitCode
    }
  })
})

/** Return the files that contain a complete token, including files that a kill left behind. */
function filesWithSecrets(home: string): string[] {
  return readdirSync(home, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /eyJ[\w-]{60,}\.[\w-]{60,}\.[\w-]{60,}/.test(readFileSync(file, 'latin1')))
}

/** Open a full pipe that accepts no further byte. Nothing reads from it. */
function openFullPipe(path: string): number {
  execFileSync('mkfifo', [path])
  const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  try {
    for (;;) writeSync(pipe, Buffer.alloc(4096))
  } catch {
    return pipe
  }
}
