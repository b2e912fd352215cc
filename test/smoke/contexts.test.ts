import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {expect} from 'chai'
import {after, before} from 'mocha'
import {type RunningService, startService} from '../support/running-service.ts'
import {bash, ROOT, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder, tempFolderOfFile} from '../support/temp-folder.ts'

/** The lines for a shell in docs/contexts.md, by the title of their section. */
const BLOCKS = Object.fromEntries(
  readFileSync(join(ROOT, 'docs', 'contexts.md'), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [
      section.slice(0, section.indexOf('\n')),
      [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, lines = '']) => lines),
    ]),
)

describe('docs/contexts.md', () => {
  let service: RunningService
  let token = ''
  let home = ''

  before(async () => {
    const folder = tempFolderOfFile()
    const readyFile = join(folder, 'ready.json')
    service = await startService(folder, ['--ephemeral', '--ready-file', readyFile])
    token = JSON.parse(readFileSync(readyFile, 'utf8')).token
  })
  after(async () => {
    service.kill('SIGTERM')
    await service.ended
  })
  beforeEach(() => {
    home = tempFolder()
    writeFileSync(join(home, 'token.txt'), token, {mode: 0o600})
  })

  /**
   * Run these lines against the service instead of Astro. Where a person would be asked for the
   * token, it comes from a file.
   */
  function run(lines: string | undefined, env: Record<string, string> = {}): Promise<Spawned> {
    const url = `${service.result.url}/v1`
    const script = String(lines)
      .replaceAll('clm8q7f6q000008lcgyougpsk', service.result.workspaceId)
      .replaceAll('https://tokens.example.com/v1', url)
      .replaceAll(/^tokenry context add .*--vendor astro(?!.*--api-url).*$/gm, `$& --api-url ${url}`)
      .replaceAll(/^tokenry login .*$/gm, '$& --credential-file token.txt')
    // CI keeps the test away from the keychain of the person who runs it.
    return bash(`set -eu\n${script}`, {home, env: {CI: 'true', ...env}})
  }

  it('has lines for two organizations', async () => {
    const [setUp, use, fromAstro] = BLOCKS['Two organizations at a terminal'] ?? []
    const added = await run(setUp)
    expect(added, added.stderr).to.include({exitCode: 0, stderr: ''})
    expect(added.stdout.match(/^The token is stored in /gm)).to.have.lengthOf(2)
    expect(added.stdout).to.match(/acme is now the current context for astro\n$/)
    const used = await run(use)
    expect(used, used.stderr).to.include({exitCode: 0})
    expect(used.stdout).to.contain(service.result.deploymentId).and.to.contain('go to the context globex')
    mkdirSync(join(home, '.astro'))
    const config = 'context: localhost\ncontexts:\n  localhost:\n    domain: localhost\n    workspace: w1\n'
    writeFileSync(join(home, '.astro', 'config.yaml'), config)
    expect((await run(fromAstro)).stdout).to.contain('workspace  w1')
    const removed = await run(BLOCKS['How to remove it']?.[0])
    expect(removed, removed.stderr).to.include({exitCode: 0, stderr: ''})
    expect(
      (await run('tokenry context list --no-header')).stdout.split('\n').map((line) => line.split('\t')[0]),
    ).to.deep.equal(['embedded', 'work', ''])
  })

  it('has lines for a self-hosted service in CI', async () => {
    const [job, once] = BLOCKS['A self-hosted service in CI'] ?? []
    const done = await run(`${job}\nprintf %s "$TOKEN"`, {PLATFORM_TOKEN: token})
    expect(done, done.stderr).to.include({exitCode: 0})
    expect(done.stdout).to.match(/the vendor accepts it\n[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await run(job)).to.include({exitCode: 3})
    const wrong = `${token.slice(0, -6)}AAAAAA`
    expect(await run(job, {PLATFORM_TOKEN: wrong})).to.include({exitCode: 4})
    const adding = String(job)
      .split('\n')
      .find((line) => line.includes('context add'))
    expect(await run(`${adding}\n${once}`)).to.include({exitCode: 0})
  })

  it('has lines for op, vault and astro as credential commands', async () => {
    const bin = join(home, 'bin')
    mkdirSync(bin)
    const outputs = {op: token, vault: `${token}\n\n`, astro: `A notice\nBearer ${token}`}
    for (const [name, output] of Object.entries(outputs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\necho "$*" >> "$HOME/calls"\ncat <<'END'\n${output}\nEND\n`, {
        mode: 0o755,
      })
    }
    const env = {PATH: `${bin}${delimiter}${process.env['PATH']}`}
    const [lines] = BLOCKS['A password manager or another tool'] ?? []
    const more = 'tokenry whoami --context vault --check\ntokenry whoami --context session --check'
    const done = await run(`${lines}${more}`, env)
    expect(done, done.stderr).to.include({exitCode: 0, stderr: ''})
    expect(done.stdout.match(/the vendor accepts it/g)).to.have.lengthOf(3)
    expect(readFileSync(join(home, 'calls'), 'utf8')).to.equal(
      'read op://Platform/astro/token\nkv get -field=token secret/astro\nauth token\n',
    )
  })
})
