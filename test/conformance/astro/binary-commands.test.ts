import {readFileSync} from 'node:fs'
import {expect} from 'chai'
import {ASTRO_COMMANDS} from '../../../src/vendors/astro/tool-commands.ts'
import {ASTRO_BIN, createHome} from './astro-binary.ts'

/** Commands that tokenry has under another name, or plans (design.md, section 3). */
const OURS = ['auth', 'auth login', 'auth logout', 'context', 'login', 'logout', 'version']
/** Help does not list these: they are hidden, or appear only in contexts of APC. */
const UNLISTED = [
  ...['team', 'user', 'deployment adopt', 'deployment airflow', 'deployment bundle', 'deployment runtime'],
  ...['deployment service-account', 'deployment unadopt', 'workspace service-account'],
]
const TOPICS = ['', 'auth', 'deployment', 'organization', 'workspace']

if (ASTRO_BIN) {
  describe('the commands of the real astro binary', function () {
    this.timeout(60_000)
    const {commands} = JSON.parse(readFileSync(new URL('../../../oclif.manifest.json', import.meta.url), 'utf8'))
    const ours = Object.keys(commands).map((id) => id.replaceAll(':', ' '))
    const ids = Object.entries(ASTRO_COMMANDS.below).flatMap(([topic, names]) =>
      Object.keys(names).map((name) => `${topic} ${name}`.trim()),
    )
    const help = async (path: string) => {
      const words = path.split(' ').filter(Boolean)
      return (await createHome(1, null).run([...words, '--help'])).stdout
    }

    it('are commands of tokenry, or in the list of those that stay with astro', async () => {
      const listed: string[] = []
      for (const topic of TOPICS) {
        const [, block = ''] = (await help(topic)).split('Available Commands:\n')
        const [lines = ''] = block.split('\n\n')
        for (const line of lines.split('\n')) listed.push(`${topic} ${line.trim().split(' ')[0]}`.trim())
      }
      const known = (path: string) => ours.some((id) => id === path || id.startsWith(`${path} `))
      expect(listed.filter((path) => !known(path) && !OURS.includes(path) && !ids.includes(path))).to.deep.equal([])
      expect(ids.filter((path) => !listed.includes(path))).to.have.members(UNLISTED)
    })

    it('have the aliases in that list', async () => {
      for (const [topic, names] of Object.entries(ASTRO_COMMANDS.below)) {
        for (const [name, {aliases = []}] of Object.entries(names)) {
          const path = `${topic} ${name}`.trim()
          if (UNLISTED.includes(path)) continue
          const [, all = ''] = /Aliases:\n\s+(.*)/.exec(await help(path)) ?? []
          expect(aliases, path).to.include.members(
            all
              .split(', ')
              .slice(1)
              .filter((alias) => alias !== 'var'),
          )
        }
      }
    })
  })
}
