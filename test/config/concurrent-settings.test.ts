import {type ChildProcessByStdio, spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {hostname} from 'node:os'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'
import {expect} from 'chai'
import {readSettings, updateSettings} from '../../src/config/settings.ts'
import {tempFolder} from '../support/temp-folder.ts'

const SCRIPT = join(import.meta.dirname, 'add-contexts-child.ts')
const VENDORS = [{name: 'tiny', places: []}]

interface Child {
  process: ChildProcessByStdio<Writable, Readable, null>
  /** The updates that it has reported. */
  done(): number
}

describe('settings that several processes change', () => {
  let folder = ''
  beforeEach(() => {
    folder = tempFolder()
  })

  async function start(name: string, count: number): Promise<Child> {
    const child = spawn(process.execPath, [SCRIPT, folder, name, String(count)], {stdio: ['pipe', 'pipe', 'inherit']})
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    await once(child.stdout, 'data')
    return {process: child, done: () => text.split('\n').filter((line) => /^\d+$/.test(line)).length}
  }

  const namesOf = async () => (await readSettings(folder, VENDORS)).contexts.map(({name}) => name)

  it('lose nothing: eight processes that each add ten contexts', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const children = await Promise.all(names.map((name) => start(name, 10)))
    const ended = children.map((child) => once(child.process, 'close'))
    for (const {process} of children) process.stdin.end('go\n')
    expect((await Promise.all(ended)).map(([code]) => code)).to.deep.equal(Array(8).fill(0))
    const expected = names.flatMap((name) => Array.from({length: 10}, (_, index) => `${name}-${index}`))
    expect(await namesOf()).to.have.members(expected)
    expect(readdirSync(folder)).to.deep.equal(['settings.json'])
  })

  it('lose nothing that was reported if processes are killed, and the lock of a dead process is taken over', async () => {
    for (let round = 0; round < 5; round++) {
      const names = [`k${round}`, `s${round}`]
      const [killed, survivor] = await Promise.all(names.map((name) => start(name, 20)))
      if (!killed || !survivor) throw new Error('two children are started')
      const ended = [killed, survivor].map((child) => once(child.process, 'close'))
      for (const {process} of [killed, survivor]) process.stdin.end('go\n')
      while (killed.done() < 3) await once(killed.process.stdout, 'data')
      killed.process.kill('SIGKILL')
      await Promise.all(ended)
      const found = await namesOf()
      expect(survivor.done()).to.equal(20)
      expect(found.filter((name) => name.startsWith(`s${round}-`))).to.have.length(20)
      const kept = found.filter((name) => name.startsWith(`k${round}-`)).length
      expect(kept).to.be.within(killed.done(), killed.done() + 1)
    }
    await updateSettings(folder, (settings) => ({...settings}), VENDORS)
    expect(readdirSync(folder).filter((name) => name.includes('lock'))).to.deep.equal([])
  })

  it('are changed after a lock of a dead process, and by only one process at a time', async () => {
    const dead = await start('x', 0)
    const ended = once(dead.process, 'close')
    dead.process.stdin.end('go\n')
    await ended
    const lock = JSON.stringify({id: 'stale', pid: dead.process.pid, host: hostname()})
    writeFileSync(join(folder, 'settings.lock'), lock)
    const children = await Promise.all(['a', 'b', 'c', 'd'].map((name) => start(name, 5)))
    const all = children.map((child) => once(child.process, 'close'))
    for (const {process} of children) process.stdin.end('go\n')
    expect((await Promise.all(all)).map(([code]) => code)).to.deep.equal([0, 0, 0, 0])
    expect(await namesOf()).to.have.length(20)
    expect(readdirSync(folder)).to.deep.equal(['settings.json'])
  })

  it('are not changed if the change throws, and the lock is gone', async () => {
    await updateSettings(folder, (settings) => ({...settings, current: {tiny: 'a'}}), VENDORS)
    const before = readFileSync(join(folder, 'settings.json'), 'utf8')
    const refused = updateSettings(
      folder,
      () => {
        throw new RangeError('no')
      },
      VENDORS,
    )
    expect(await refused.then(String, (err: Error) => err.message)).to.equal('no')
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).to.equal(before)
    expect(readdirSync(folder)).to.deep.equal(['settings.json'])
  })

  it('are not written if nothing changes', async () => {
    await updateSettings(folder, (settings) => settings, VENDORS)
    expect(readdirSync(folder)).to.deep.equal([])
  })
})
