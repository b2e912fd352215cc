import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {readDocBlocks} from '../support/doc-blocks.ts'
import {bash, ROOT, type Spawned} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const BLOCKS = readDocBlocks('README.md')
const TOKEN_LINE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/
const {version} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

describe('README.md', function () {
  this.timeout(30_000)
  let home = ''
  beforeEach(() => {
    home = tempFolder()
    // The people whom the page is for are signed in with `astro`.
    mkdirSync(join(home, '.astro'))
    const config = 'context: a_io\ncontexts:\n  a_io:\n    domain: a.io\n    token: Bearer x\n    refreshtoken: y\n'
    writeFileSync(join(home, '.astro', 'config.yaml'), config)
  })

  /** Run the block of a section as a person who follows the page. The shell stops at errors. */
  function run(section: string, {before = '', after = ''} = {}): Promise<Spawned> {
    const [context = ''] = BLOCKS['Five words'] ?? []
    const [lines = 'false'] = BLOCKS[section] ?? []
    return bash(`set -eu\n${context}${before}\n${lines}${after}`, {home})
  }

  it('has lines for every section with a job, and runs each of them in a test', () => {
    const tested = [
      ['', 'Five words', 'A token for a CI job', 'Rotate without an outage', 'What ends soon', 'A leaked token'],
      ['Coming from `astro`', 'From the R package', 'From DeltaStream SQL', 'A test server'],
      // These need a registry. `npm run test:packed` installs the package.
      ['Install', 'Update and uninstall'],
    ].flat()
    const withLines = Object.entries(BLOCKS).filter(([, blocks]) => blocks.length > 0)
    expect(withLines.map(([section]) => section)).to.deep.equal(tested)
  })

  it('begins with a command that prints a token, also where `astro` is signed in', async () => {
    const [first = '', second] = (BLOCKS['']?.[0] ?? '').split('\n')
    expect(second).to.equal('npm test')
    expect(first).to.match(/^npm ci && npx tokenry /)
    const done = await bash(first.replace('npm ci && npx ', ''), {home})
    expect(done).to.include({exitCode: 0})
    expect(done.stdout).to.match(TOKEN_LINE)
    expect((await bash('tokenry deployment token list', {home})).exitCode).to.equal(3)
  })

  for (const exitCode of [0, 5]) {
    it(`deletes the token of a CI job that ends with exit code ${exitCode}`, async () => {
      writeFileSync(join(home, 'deploy.sh'), `#!/bin/sh\nprintf %s "$DEPLOY_TOKEN" > seen\nexit ${exitCode}\n`, {
        mode: 0o700,
      })
      const done = await run('A token for a CI job')
      expect(done.exitCode, done.stderr).to.equal(exitCode)
      const seen = readFileSync(join(home, 'seen'), 'utf8')
      const verified = await bash('TOKENRY_CONTEXT=embedded tokenry token verify', {home, stdin: seen})
      expect(verified).to.include({exitCode: 10})
      expect(verified.stdout).to.contain('deleted')
    })
  }

  it('rotates with a grace, in which both secrets are valid', async () => {
    const done = await run('Rotate without an outage', {after: 'tokenry token verify --token-file deploy.txt'})
    expect(done.exitCode, done.stderr).to.equal(0)
    expect(done.stdout.match(/^valid$/gm)).to.have.lengthOf(2)
  })

  it('has a gate that passes if nothing ends soon, and exits with 10 otherwise', async () => {
    expect(await run('What ends soon')).to.include({exitCode: 0})
    const before = 'tokenry deployment token create -n soon -r DEPLOYMENT_ADMIN -e 1 -c > /dev/null'
    const done = await run('What ends soon', {before})
    expect(done).to.include({exitCode: 10})
    expect(done.stdout).to.contain('soon').and.to.contain('now')
  })

  for (const create of [
    'deployment token create -n a -r DEPLOYMENT_ADMIN -e 1',
    'organization token create -n a -r ORGANIZATION_OWNER -e 1',
    'md token create --user admin --name a --ttl 3600',
    'ds token create a --role sysadmin --expires-in-days 1',
  ]) {
    it(`ends a leaked token that \`${create}\` made`, async () => {
      const before = `umask 022; tokenry ${create} -c > leaked.txt`
      const done = await run('A leaked token', {before, after: 'tokenry token verify < leaked.txt'})
      expect(done).to.include({exitCode: 10})
      expect(done.stdout).to.contain('successfully revoked').and.to.contain('deleted')
    })
  }

  it('has lines for people who come from another tool', async () => {
    expect((await run('Coming from `astro`')).stdout).to.match(TOKEN_LINE)
    expect((await run('From the R package')).stdout).to.match(/\n[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const sql = await run('From DeltaStream SQL')
    expect(sql).to.include({exitCode: 0})
    expect(sql.stdout)
      .to.contain('| api_token | my_token | CREATE')
      .and.to.match(/^my_token\t/m)
  })

  it('starts a test server with a token for each vendor', async () => {
    const [line = ''] = BLOCKS['A test server'] ?? []
    const script = `${line.trim()} & pid=$!
      until [ -e ready.json ]; do kill -0 $pid || exit 1; done
      cat ready.json; kill $pid; wait $pid`
    const done = await bash(script.replace('tokenry ', `"${process.execPath}" "${ROOT}bin/run.js" `), {home})
    const {token, dialects} = JSON.parse(done.stdout)
    // A person pastes the line into another shell, which may be in another folder.
    expect(done.stderr).to.contain(`ASTRO_API_TOKEN=$(jq -r .token ${join(home, 'ready.json')})`)
    expect([token, dialects.motherduck.token, dialects.deltastream.token].map((each) => typeof each)).to.deep.equal([
      'string',
      'string',
      'string',
    ])
  })

  it('names the file that npm pack makes, and a Node that is supported', () => {
    const lines = (BLOCKS['Install'] ?? []).join('\n')
    expect(lines).to.contain(`./tokenry-${version}.tgz`)
    expect(new Set(lines.match(/node@\d+/g))).to.deep.equal(new Set(['node@24']))
  })
})
