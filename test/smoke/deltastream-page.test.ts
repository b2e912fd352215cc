import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {type ErrorCode, EXIT_CODES} from '../../src/errors/exit-codes.ts'
import type {ResultSet} from '../../src/vendors/deltastream/api.ts'
import {requireSuccess} from '../../src/vendors/deltastream/sql-errors.ts'
import {readDocBlocks} from '../support/doc-blocks.ts'
import {startService} from '../support/running-service.ts'
import {bash, ROOT, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const PAGE = readFileSync(join(ROOT, 'docs', 'deltastream.md'), 'utf8')
const BLOCKS = readDocBlocks('docs/deltastream.md')
const BORDER = /^\+-+\+/m

describe('docs/deltastream.md', function () {
  this.timeout(60_000)
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })
  function run(lines: string | undefined, env: Record<string, string> = {}): Promise<Spawned> {
    return bash(`set -euo pipefail\n${lines ?? 'false'}`, {home, env})
  }

  for (const [section, index, stdout] of [
    ['The first token in a minute', 0, /^sysadmin\tyes\t.*\nci\t|^sysadmin\tyes\t/m],
    ['Where the commands go', 0, /prod/],
    ['From SQL', 0, BORDER],
    ['From SQL', 1, /^Name,Last Used,Created At,Expires At\r\nnightly,/m],
    ['Roles', 0, /deployer/],
    ['Renew a token', 0, /^$/],
  ] as const) {
    it(`has lines that work, ${index + 1} of "${section}"`, async () => {
      const done = await run(BLOCKS[section]?.[index])
      expect(done.exitCode, done.stderr).to.equal(0)
      expect(done.stdout).to.match(stdout)
    })
  }

  it('prints the command for each statement, and both do the same', async () => {
    const rows = [...PAGE.matchAll(/^\| `([A-Z_]+ .+;)` \| `(tokenry ds [^`]+)`/gm)]
    expect(rows.length).to.equal(7)
    const seen = 'tokenry ds token list --no-header | cut -f 1,5; tokenry ds role list --no-header | cut -f 1'
    for (const [, statement = '', command = ''] of rows) {
      const isChange = /^(ALTER|DROP)/.test(statement)
      const before = isChange ? 'tokenry ds token create ci -r sysadmin -c; tokenry ds role create deployer;' : ''
      const stateAfter = async (line: string) => {
        home = tempFolder()
        const done = await run(`exec 3>&1 > /dev/null; ${before} ${line}; exec 1>&3; ${seen}`)
        expect(done.exitCode, `${line} ${done.stderr}`).to.equal(0)
        return done.stdout
      }
      const bySql = await stateAfter(`tokenry deltastream sql "${statement}"`)
      expect(await stateAfter(`${command}${isChange ? ' --force' : ''}`), statement).to.equal(bySql)
    }
  })

  it('has a recipe for CI that drops its token, also if the job fails', async () => {
    for (const exitCode of [0, 4]) {
      writeFileSync(join(home, 'load.sh'), `#!/bin/sh\nprintf %s "$DS_TOKEN" > seen\nexit ${exitCode}\n`, {mode: 0o700})
      const before = 'tokenry ds role list | grep -q deployer || tokenry ds role create deployer'
      const done = await run(`${before}\n${BLOCKS['In a CI job']?.[0]}`, {TOKENRY_CONTEXT: 'embedded'})
      expect(done.exitCode, done.stderr).to.equal(exitCode)
      const verified = await bash('tokenry token verify < seen', {home})
      expect(verified).to.include({exitCode: 10})
      expect(verified.stdout).to.contain('deleted')
    }
  })

  it('has lines that use the service with curl', async () => {
    const service = await startService(home)
    const [token, curl = ''] = BLOCKS['From Go, Python and Node'] ?? []
    const url = service.result.dialects['deltastream']?.url ?? ''
    const done = await run(`${token}${curl.replace('http://127.0.0.1:8890/v2', url)}`)
    service.kill('SIGTERM')
    expect(await service.ended).to.equal(0)
    expect(done.exitCode, done.stderr).to.equal(0)
    expect(JSON.parse(done.stdout).data[0][0]).to.equal('driver')
  })

  it('lists the exit code of every SQL state that it names', () => {
    const rows = [...(PAGE.split('## Exit codes of SQL states')[1] ?? '').matchAll(/^\| (`.+`) \| .+ \| (\d+) \|$/gm)]
    const listed = rows.flatMap(([, states = '', exitCode]) =>
      [...states.matchAll(/`(\w+)`/g)].map(([, state = '']) => [state, Number(exitCode)] as const),
    )
    expect(listed.length).to.equal(16)
    for (const [sqlState, exitCode] of listed) {
      const thrown = errorOf(() => requireSuccess({sqlState, message: 'x'} as ResultSet, {mints: false}))
      expect(EXIT_CODES[thrown], sqlState).to.equal(exitCode)
      if (exitCode !== 8) continue
      expect(errorOf(() => requireSuccess({sqlState, message: 'x'} as ResultSet, {mints: true}))).to.equal('UNCERTAIN')
    }
  })
})

function errorOf(attempt: () => unknown): ErrorCode {
  try {
    attempt()
  } catch (err) {
    return (err as {code: ErrorCode}).code
  }
  throw new Error('it did not throw')
}
