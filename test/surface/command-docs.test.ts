import {expect} from 'chai'
import {buildCommandDocs} from '../../scripts/command-docs.ts'
import {buildManifest} from '../../scripts/manifest.ts'
import {RESULTS} from '../../scripts/schemas/results.ts'
import {listAliases} from '../../src/argv/list-aliases.ts'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

describe('docs/commands.md', () => {
  it('has a section for every command that is not hidden', async () => {
    const text = Object.values(buildCommandDocs(await buildManifest())).join('')
    const titles = text.split('\n').flatMap((line) => (line.startsWith('## ') ? [line.slice(3)] : []))
    expect(titles.sort()).to.deep.equal(
      Object.keys(RESULTS)
        .map((id) => id.replaceAll(':', ' '))
        .sort(),
    )
  })

  it('names aliases that run the same command', async () => {
    const home = tempFolder()
    expect(listAliases(['deployment', 'token', 'delete'])).to.deep.equal(['de to de', 'de to revoke'])
    expect(listAliases(['motherduck', 'whoami'])).to.deep.equal(['md whoami'])
    expect(listAliases(['login'])).to.deep.equal([])
    for (const id of Object.keys(RESULTS)) {
      const help = await runTokenry([...id.split(':'), '--help'], {home})
      for (const alias of listAliases(id.split(':'))) {
        expect(await runTokenry([...alias.split(' '), '--help'], {home}), alias).to.deep.equal(help)
      }
    }
  })
})
