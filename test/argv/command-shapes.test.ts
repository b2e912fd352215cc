import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {readCommandShapes} from '../../src/argv/command-shapes.ts'
import type {CommandShape} from '../../src/argv/command-tree.ts'

const MANIFEST: {commands: Record<string, CommandShape>} = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../oclif.manifest.json'), 'utf8'),
)

describe('the shapes of commands', () => {
  it('are those of the manifest, command by command and flag by flag', () => {
    const shapes = readCommandShapes()
    expect(Object.keys(shapes)).to.deep.equal(Object.keys(MANIFEST.commands))
    for (const [id, command] of Object.entries(MANIFEST.commands)) {
      const shape = shapes[id]
      expect(Object.keys(shape?.args ?? {}), id).to.deep.equal(Object.keys(command.args))
      expect(shape?.strict ?? true, id).to.equal(command.strict ?? true)
      expect(shape?.readsToken ?? false, id).to.equal(command.readsToken ?? false)
      expect(Object.keys(shape?.flags ?? {}), id).to.deep.equal(Object.keys(command.flags))
      for (const [name, flag] of Object.entries(command.flags)) {
        const {type, char, aliases = [], charAliases = [], multiple = false, takesSecret = false} = flag
        const ours = shape?.flags[name]
        expect(
          {
            type: ours?.type,
            char: ours?.char,
            aliases: ours?.aliases ?? [],
            charAliases: ours?.charAliases ?? [],
            multiple: ours?.multiple ?? false,
            takesSecret: ours?.takesSecret ?? false,
          },
          `${id} --${name}`,
        ).to.deep.equal({type, char, aliases, charAliases, multiple, takesSecret})
      }
    }
  })
})
