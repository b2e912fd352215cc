import {spawnSync} from 'node:child_process'
import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {BIN} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

/**
 * The arguments for a new shell that prints whether completion is on. fish reads its folder itself.
 * For bash, the package bash-completion reads the folder.
 */
const IS_ON: Record<string, string[]> = {
  bash: ['-c', 'source ~/.local/share/bash-completion/completions/tokenry && complete -p tokenry'],
  zsh: ['-i', '-c', 'print complete -F $_comps[tokenry] tokenry'],
  fish: ['-c', 'complete -C "tokenry comp" | string match -q "completion*"; and echo complete -F _tokenry tokenry'],
}

describe('the examples of completion, as its help prints them', () => {
  for (const [shell, check] of Object.entries(IS_ON)) {
    it(`switch it on in ${shell} with an empty home folder`, function () {
      if (spawnSync(shell, ['--version']).error) this.skip()
      const [home, programs] = [tempFolder(), tempFolder()]
      writeFileSync(join(programs, 'tokenry'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
      chmodSync(join(programs, 'tokenry'), 0o700)
      const env = {PATH: `${programs}:${process.env['PATH']}`, HOME: home, TERM: 'dumb', LC_ALL: 'C.UTF-8'}
      const run = (args: string[]) => {
        const {status, stdout, stderr} = spawnSync(shell, args, {cwd: home, env, encoding: 'utf8', timeout: 10_000})
        return {status, stdout, stderr}
      }
      const help = run(['-c', 'tokenry completion --help']).stdout
      const examples = help.split('\n\n').map((text) => text.replace(/^(EXAMPLES\n)? {2}\$ /, ''))
      const example = examples.find((text) => new RegExp(`completion[\\s\\\\]+${shell}`).test(text)) ?? ''
      expect(run(['-c', example])).to.deep.equal({status: 0, stdout: '', stderr: ''})
      expect(run(check)).to.deep.equal({status: 0, stdout: 'complete -F _tokenry tokenry\n', stderr: ''})
    })
  }
})
