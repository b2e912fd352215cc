import {spawn, spawnSync} from 'node:child_process'
import {chmodSync} from 'node:fs'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {expect} from 'chai'
import {readSecretFile} from '../../src/output/secret-input.ts'
import {expectFailure} from '../support/rejection.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('a file with a secret', () => {
  const stdin = Readable.from([])

  it('can be a FIFO', async () => {
    const {file, writer} = createFifo('echo secret')
    try {
      expect(await readSecretFile(file, {stdin})).to.equal('secret')
    } finally {
      writer.kill()
    }
  })

  it('is USAGE if a FIFO or a device never ends', async () => {
    const {file, writer} = createFifo('exec yes')
    try {
      for (const [path, isExposed] of [
        [file, false],
        ['/dev/zero', true],
      ] as const) {
        const {message} = await expectFailure(readSecretFile(path, {stdin}, {isExposed}), 'USAGE')
        expect(message).to.equal(`The content of ${path} is too long for a token`)
      }
    } finally {
      writer.kill()
    }
  })

  it('is CONFIG if others can read it, and is not read then', async () => {
    const {message} = await expectFailure(readSecretFile('/dev/zero', {stdin}), 'CONFIG')
    expect(message).to.equal('Others can read /dev/zero, which holds a secret')
  })

  it('is CONFIG if it is a folder', async () => {
    const folder = tempFolder()
    chmodSync(folder, 0o755)
    expect((await expectFailure(readSecretFile(folder, {stdin}), 'CONFIG')).message).to.contain('EISDIR')
  })

  function createFifo(command: string) {
    const file = join(tempFolder(), 'fifo')
    spawnSync('mkfifo', ['-m', '600', file])
    return {file, writer: spawn('sh', ['-c', `${command} > "$1"`, 'sh', file], {stdio: 'ignore'})}
  }
})
