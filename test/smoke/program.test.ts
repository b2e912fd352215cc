import {existsSync, mkdirSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {findDeadLinks} from '../support/dead-links.ts'
import {DocumentSchemas} from '../support/document-schemas.ts'
import {BIN, bash, ROOT} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const CREATE = 'tokenry deployment token create --name ci --role DEPLOYMENT_ADMIN --expiration 30'
const TOKEN_LINE = /^[\w-]+\.[\w-]+\.[\w-]+\n$/

describe('the built program', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  it('prints one token and nothing else on a machine without any data', async () => {
    const run = await bash(`${CREATE} --clean-output`, {home})
    expect(run).to.include({exitCode: 0, stderr: ''})
    expect(run.stdout).to.match(TOKEN_LINE)
  })

  it('is ASCII, because each start reads it without decoding', () => {
    const folder = join(ROOT, 'dist', 'start')
    for (const name of readdirSync(folder)) {
      expect(
        readFileSync(join(folder, name)).findIndex((byte) => byte > 0x7f),
        name,
      ).to.equal(-1)
    }
  })

  it('keeps data in the folder of the platform if TOKENRY_HOME is not set', async () => {
    await bash(`unset TOKENRY_HOME; ${CREATE} -c`, {home})
    expect(existsSync(join(home, '.local', 'share', 'tokenry', 'tokenry.db'))).to.equal(process.platform === 'linux')
  })

  it('captures nothing but the token with $(…), under set -e', async () => {
    const run = await bash(`set -e; TOKEN=$(${CREATE} -c); printf %s "$TOKEN" | tokenry token verify --json`, {home})
    expect(JSON.parse(run.stdout).result).to.include({valid: true, name: 'ci'})
  })

  it('reads --clean-output=true as the flag, with no stray argument', async () => {
    const run = await bash(`${CREATE} --clean-output=true`, {home})
    expect(run).to.include({exitCode: 0, stderr: ''})
    expect(run.stdout).to.match(TOKEN_LINE)
  })

  it('shows help, and succeeds, if nothing or only a topic is given', async () => {
    for (const words of ['', 'deployment', 'deployment token', 'help deployment token create', 'de to cr --help']) {
      const run = await bash(`tokenry ${words}`, {home})
      expect(run, words).to.include({exitCode: 0, stderr: ''})
      expect(run.stdout, words).to.contain('USAGE')
    }
  })

  it('prints help as a document under --json', async () => {
    const run = await bash('tokenry deployment token create --help --json', {home})
    expect(JSON.parse(run.stdout).result.help).to.contain('USAGE')
  })

  it('exits 2 for an unknown command or flag and suggests the closest one, even after other flags', async () => {
    for (const [words, nearest] of [
      ['deployment token craete', 'create'],
      ['--json deployment token craete', 'create'],
      ['--no-input deploymnt', 'deployment'],
      ['deployment token list --expring-within 1d', '--expiring-within'],
    ] as const) {
      const run = await bash(`tokenry ${words}`, {home})
      expect(run.exitCode, words).to.equal(2)
      expect(run.stdout + run.stderr, words).to.contain(nearest)
    }
  })

  it('survives a reader that closes the pipe, without a message', async () => {
    const script = `set -o pipefail; ${CREATE} -c >/dev/null; tokenry deployment token list | head -1; tokenry --help | head -1`
    const run = await bash(script, {home})
    expect(run).to.include({exitCode: 0, stderr: ''})
    expect(run.stdout.split('\n')).to.have.lengthOf(3)
  })

  it('survives a reader of stderr that has ended', async () => {
    const run = await bash(`${CREATE} 2> >(exec true); echo "exit $?"`, {home})
    expect(run.stdout).to.match(/\nexit 0\n$/)
  })

  it('ends the token and exits 11 if stdout is full, and says so', async () => {
    const run = await bash(`${CREATE} -c > /dev/full; echo "exit $?"; tokenry deployment token list --json`, {home})
    expect(run.stdout).to.contain('exit 11').and.to.contain('"result":[]')
    expect(run.stderr).to.contain('ENOSPC').and.to.contain('ended again').and.to.not.contain('    at ')
  })

  it('exits 3 if a list cannot be written', async () => {
    const run = await bash('tokenry deployment token list > /dev/full; echo "exit $?"', {home})
    expect(run.stdout).to.equal('exit 3\n')
    expect(run.stderr).to.contain('standard output')
  })

  it('writes a document of any size completely, even before an error exit', async () => {
    const claims = Buffer.from(JSON.stringify({exp: 1, filler: 'x'.repeat(300_000)})).toString('base64url')
    const stdin = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.c2ln`
    const run = await bash('set -o pipefail; tokenry token inspect --valid-for 1d --json | cat; echo $? >&2', {
      home,
      stdin,
    })
    expect(run.stderr).to.equal('10\n')
    expect(JSON.parse(run.stdout).result.claims.filler).to.have.lengthOf(300_000)
  })

  it('waits for a slow stdin, and reads it to its end', async () => {
    const run = await bash(
      `TOKEN=$(${CREATE} -c); (sleep 0.3; printf %s "\${TOKEN:0:50}"; sleep 0.2; echo "\${TOKEN:50}") | tokenry token verify`,
      {home},
    )
    expect(run.exitCode).to.equal(0)
  })

  it('asks nothing and waits for nothing without a terminal', async () => {
    const run = await bash('tokenry deployment token create; tokenry deployment token delete < /dev/null', {home})
    expect(run).to.include({exitCode: 2, stdout: ''})
  })

  it('draws no spinner, colour or cursor into a pipe', async () => {
    const run = await bash(`${CREATE}; tokenry deployment token list; tokenry nonsense`, {home})
    expect(run.stdout + run.stderr).to.not.contain('\u001b')
  })

  it('keeps compiled code in a private folder, and uses no folder that others can write to', async () => {
    await bash(`${CREATE} -c`, {home})
    const cache = join(home, 'tokenry', 'cache', 'compiled')
    expect(statSync(cache).mode & 0o777).to.equal(0o700)
    expect(readdirSync(cache)).to.not.deep.equal([])

    const open = tempFolder()
    mkdirSync(join(open, 'tokenry', 'cache', 'compiled'), {recursive: true, mode: 0o777})
    await bash(`chmod 777 tokenry/cache/compiled; ${CREATE} -c`, {home: open})
    expect(readdirSync(join(open, 'tokenry', 'cache', 'compiled'))).to.deep.equal([])
  })

  it('caches the code of a successful command once, and none with NODE_DISABLE_COMPILE_CACHE', async () => {
    const own = tempFolder()
    const kept = () => {
      const folder = join(own, 'tokenry', 'cache', 'compiled')
      return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1').split('\n')[0])
    }
    await bash('tokenry deployment token create', {home: own})
    expect(kept()).to.deep.equal([])
    await bash(`${CREATE} -c && ${CREATE} -c && tokenry --version`, {home: own})
    expect(kept()).to.deep.equal(['deployment:token:create version'])
    const other = tempFolder()
    await bash(`export NODE_DISABLE_COMPILE_CACHE=1; ${CREATE} -c`, {home: other})
    expect(readdirSync(join(other, 'tokenry'))).to.deep.equal(['data'])
  })

  it('prints in one line which Node it needs if Node is too old, and runs on what package.json allows', async () => {
    const {engines} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    expect(engines.node).to.equal('^22.22.2 || ^24.15.0 || >=26.0.0')
    for (const [version, runs] of [
      ['20.19.0', false],
      ['22.22.1', false],
      ['22.22.2', true],
      ['22.23.0', true],
      ['23.11.0', false],
      ['24.14.9', false],
      ['24.15.0', true],
      ['25.9.0', false],
      ['26.0.0', true],
      ['27.1.0', true],
    ] as const) {
      const run = await bash(`${tokenryOnNode(version)} --version`, {home})
      expect(run.exitCode, version).to.equal(runs ? 0 : 3)
      if (!runs)
        expect(run.stderr).to.equal(
          `tokenry needs Node ${engines.node}; this is Node ${version}. Put a supported Node first in PATH, or see Install in the README.\n`,
        )
    }
  })

  it('says which Node it needs in a document under --json, the last one before -- deciding', async () => {
    const schemas = new DocumentSchemas()
    for (const argv of ['--version --json', '--json=1 --version', '--json=false --json']) {
      const run = await bash(`${tokenryOnNode('20.19.0')} ${argv}`, {home})
      expect(run, argv).to.include({exitCode: 3, stderr: ''})
      schemas.expectValid(null, run.stdout)
      expect(JSON.parse(run.stdout).error).to.include({code: 'CONFIG', exitCode: 3})
      expect(JSON.parse(run.stdout).error.message).to.match(/^tokenry needs Node .+; this is Node 20\.19\.0$/)
    }
    for (const argv of ['--json --json=F', 'completion -- --json']) {
      const run = await bash(`${tokenryOnNode('20.19.0')} ${argv}`, {home})
      expect(run, argv).to.include({exitCode: 3, stdout: ''})
    }
  })

  it('runs for a user id that is not in the user database, as in a container', async function () {
    if (process.getuid?.() !== 0) this.skip()
    // Copy the program so that this user can read it, and create a data folder for the user.
    const script = `
      set -e
      cp -rL "${ROOT}/bin" "${ROOT}/dist" "${ROOT}/package.json" "${ROOT}/oclif.manifest.json" .
      cp "$(readlink -f "${process.execPath}")" node
      mkdir data && chown 54321 data && chmod 755 .
      setpriv --reuid 54321 --clear-groups env -i TOKENRY_HOME="$PWD/data" ./node bin/run.js deployment token create -n a -r DEPLOYMENT_ADMIN -e 1 -c
      setpriv --reuid 54321 --clear-groups env -i ./node bin/run.js deployment token list && exit 1 || echo "exit $?"`
    const run = await bash(script, {home})
    expect(run.stdout).to.match(/^[\w-]+\.[\w-]+\.[\w-]+\nexit 3\n$/)
    expect(run.stderr).to.contain('TOKENRY_HOME').and.to.not.contain('    at ')
  })

  it('writes the token into a folder that may be written to but not be listed', async function () {
    // Root can list every folder, so the script runs as another user, which only root can do.
    if (process.getuid?.() !== 0) this.skip()
    const script = `
      set -e
      cp -rL "${ROOT}/bin" "${ROOT}/dist" "${ROOT}/package.json" "${ROOT}/oclif.manifest.json" .
      cp "$(readlink -f "${process.execPath}")" node
      mkdir data drop && chown 54321 data drop && chmod 300 drop && chmod 755 .
      as() { setpriv --reuid 54321 --clear-groups env -i TOKENRY_HOME="$PWD/data" ./node bin/run.js "$@"; }
      as deployment token create -n a -r DEPLOYMENT_ADMIN -e 1 --output drop/token
      as token verify --token-file drop/token
      ls -A drop`
    const run = await bash(script, {home})
    expect(run.stderr).to.contain('successfully created')
    expect(run).to.include({exitCode: 0})
    expect(run.stdout)
      .to.match(/^valid\n/)
      .and.to.match(/\ntoken\n$/)
  })

  it('works if it is packed and installed in an empty folder, with no other package', async function () {
    this.timeout(60_000)
    const script = `
      set -e
      npm pack --silent --ignore-scripts --pack-destination "$PWD" "${ROOT}" >/dev/null
      npm install --silent --global --offline --prefix "$PWD/prefix" ./tokenry-*.tgz
      ls "$PWD/prefix/lib/node_modules/tokenry" | tr '\\n' ' '
      PATH="$(dirname "${process.execPath}"):$PATH" "$PWD/prefix/bin/tokenry" deployment token create -n ci -r DEPLOYMENT_ADMIN -e 1 -c`
    const run = await bash(script, {home, env: {npm_config_cache: join(home, 'npm')}})
    expect(run).to.include({exitCode: 0, stderr: ''})
    const [files, token] = run.stdout.split(/(?<=package.json )/)
    expect(files).to.equal(
      'CHANGELOG.md CONTRIBUTING.md LICENSE README.md SECURITY.md bin dist docs oclif.manifest.json package.json ',
    )
    expect(token).to.match(TOKEN_LINE)
    const installed = join(home, 'prefix', 'lib', 'node_modules', 'tokenry')
    expect(readdirSync(join(installed, 'docs', 'schemas'))).to.deep.equal(readdirSync(join(ROOT, 'docs', 'schemas')))
    expect(findDeadLinks(installed)).to.deep.equal([])
    expect(readdirSync(join(installed, 'docs'))).to.include.members(['terminal.svg', 'deltastream.md', 'tokenry.1'])
    const manPage = readFileSync(join(home, 'prefix', 'share', 'man', 'man1', 'tokenry.1'), 'utf8')
    expect(manPage).to.equal(readFileSync(join(ROOT, 'docs', 'tokenry.1'), 'utf8'))
  })

  it('ships no path of the machine on which it was built', () => {
    const bundle = readdirSync(join(ROOT, 'dist'), {recursive: true, encoding: 'utf8'}).filter((file) =>
      file.endsWith('.cjs'),
    )
    expect(bundle.length).to.be.greaterThan(5)
    for (const file of bundle) expect(readFileSync(join(ROOT, 'dist', file), 'utf8'), file).to.not.contain(ROOT)
  })
})

/** The words of a shell that start tokenry on a Node which claims to be this version. */
function tokenryOnNode(version: string): string {
  const claim = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`
  return `"${process.execPath}" --import "${claim}" "${BIN}"`
}
