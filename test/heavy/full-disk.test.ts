import {mkdirSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type Run, resultOf, runTokenry} from '../support/run-tokenry.ts'
import {leaveFree, mountSmallDisk, unmount} from '../support/small-disk.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {checkWhole} from './embedded-target.ts'

const CREATE = 'tokenry deployment token create -n ci -r DEPLOYMENT_ADMIN -e 30'
const NO_SPACE = /^Error: \S+ cannot grow: the disk is full; nothing was changed\nFree some space.*df -h /

describe('a real full disk', () => {
  let home = ''
  let disk = ''
  let store = ''
  let mounted = false

  beforeEach(function () {
    home = tempFolder()
    disk = join(home, 'tokenry')
    store = join(disk, 'data', 'tokenry.db')
    mkdirSync(disk)
    mounted = mountSmallDisk(disk)
    if (!mounted) this.skip()
  })
  afterEach(() => {
    if (mounted) unmount(disk)
  })

  for (const kilobytes of [0, 36]) {
    it(`with ${kilobytes} KB left: refuses every change with CONFIG and loses nothing`, async () => {
      const {stdout: secret} = await bash(`${CREATE} -c`, {home})
      leaveFree(disk, kilobytes)
      for (const command of [`${CREATE} -c`, 'tokenry deployment token delete -t ci -f']) {
        const run = await bash(command, {home})
        expect(run, command).to.include({exitCode: 3, stdout: ''})
        expect(run.stderr, command).to.match(NO_SPACE)
      }
      leaveFree(disk, 500)
      expect(await bash('tokenry token verify --json', {home, stdin: secret})).to.include({exitCode: 0})
      expect((await bash('tokenry deployment token list --no-header', {home})).stdout.split('\n')).to.have.lengthOf(2)
      checkWhole(store)
    })
  }

  it('refuses to create a new store, and creates it when there is space again', async () => {
    leaveFree(disk, 0)
    expect((await bash(`${CREATE} -c`, {home})).stderr).to.match(NO_SPACE)
    leaveFree(disk, 800)
    expect(await bash(`${CREATE} -c`, {home})).to.include({exitCode: 0, stderr: ''})
  })

  it('revokes the new token if the file of --output does not fit, exits 11 and leaves no file', async () => {
    leaveFree(disk, 0)
    const env = {TOKENRY_HOME: join(home, 'elsewhere')}
    const run = await bash(`${CREATE} --output tokenry/token.txt`, {home, env})
    expect(run).to.include({exitCode: 11, stdout: ''})
    expect(run.stderr).to.contain('no space left on device (ENOSPC); it was ended again')
    expect(readdirSync(disk)).to.deep.equal(['ballast'])
    expect(JSON.parse((await bash('tokenry deployment token list --json', {home, env})).stdout).result).to.deep.equal(
      [],
    )
  })

  it('never loses both secrets of a rotation, no matter when the space runs out', async () => {
    const now = {home: disk, nowMs: Date.now()}
    const seen = new Map<number, number>()
    let {stdout: value} = await runTokenry([...CREATE.split(' ').slice(1), '-c'], now)
    for (let kilobytes = 32; kilobytes < 140; kilobytes += 4) {
      leaveFree(disk, kilobytes)
      const run = await runTokenry(['deployment', 'token', 'rotate', '-t', 'ci', '-f', '-c'], now)
      leaveFree(disk, 300)
      seen.set(run.exitCode, (seen.get(run.exitCode) ?? 0) + 1)
      expect(await works(value), `old value, ${words(kilobytes, run)}`).to.equal(run.exitCode !== 0)
      expect(await works(run.stdout), `new value, ${words(kilobytes, run)}`).to.equal(run.exitCode !== 3)
      expect(await isUnfinished(), words(kilobytes, run)).to.equal(run.exitCode === 9)
      checkWhole(store)
      if (run.exitCode === 0) value = run.stdout
      else value = (await runTokenry(['deployment', 'token', 'rotate', '-t', 'ci', '-f', '-c'], now)).stdout
    }
    console.log(`      rotations by exit code: ${JSON.stringify([...seen])}`)
    expect([...seen.keys()]).to.include.members([0, 3])
    expect([0, 3, 9]).to.include.members([...seen.keys()])

    async function works(stdin: string): Promise<boolean> {
      return (await runTokenry(['token', 'verify'], {...now, stdin})).exitCode === 0
    }
    async function isUnfinished(): Promise<boolean> {
      const listed = resultOf<{unfinishedRotationAt: string | null}[]>(
        await runTokenry(['deployment', 'token', 'list', '--json'], now),
      )
      return listed[0]?.unfinishedRotationAt !== null
    }
  })
})

function words(kilobytes: number, {exitCode, stderr}: Run): string {
  return `${kilobytes} KB left, exit ${exitCode}: ${stderr}`
}
