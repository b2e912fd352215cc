import {expect} from 'chai'
import {aliasesOf, buildCommandDocs} from '../../scripts/command-docs.ts'
import {staleFiles} from '../../scripts/generated-files.ts'
import {COMMANDS} from '../../src/commands/index.ts'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('docs/commands.md', () => {
  it('is up to date', async () => {
    expect(staleFiles(await buildCommandDocs())).to.deep.equal([])
  })

  it('has a section for every command', async () => {
    const text = Object.values(await buildCommandDocs()).join('')
    const titles = text.split('\n').flatMap((line) => (line.startsWith('## ') ? [line.slice(3)] : []))
    expect(titles.sort()).to.deep.equal(
      Object.keys(COMMANDS)
        .map((id) => id.replaceAll(':', ' '))
        .sort(),
    )
  })

  it('names aliases that lead to their command', async () => {
    const home = tempFolder()
    expect(aliasesOf('deployment:token:delete')).to.deep.equal(['tokenry de to de', 'tokenry de to revoke'])
    for (const id of Object.keys(COMMANDS)) {
      const help = await runTokenry([...id.split(':'), '--help'], {home})
      for (const alias of aliasesOf(id)) {
        expect(await runTokenry([...alias.split(' ').slice(1), '--help'], {home}), alias).to.deep.equal(help)
      }
    }
  })
})
