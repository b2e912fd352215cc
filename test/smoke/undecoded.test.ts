import {existsSync, mkdirSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {listVariables} from '../../src/config/environment.ts'
import {VENDORS} from '../../src/vendors/index.ts'
import {bash} from '../support/spawn-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

/** A Latin-1 byte in the syntax of bash. In UTF-8 it begins a character that is not complete. */
const EA = "$'caf\\xea'"
const CREATE = 'tokenry deployment token create -r DEPLOYMENT_ADMIN -e 1'

/** Command lines that have such a byte in every kind of word. */
const ARGUMENTS = [
  `deployment token delete -t ${EA} --force`,
  `deployment token delete --name=${EA} --force`,
  `deployment token delete ${EA} --force`,
  `deployment token rotate -t ${EA} --force --clean-output`,
  `deployment token update -t ${EA} --new-name x`,
  `deployment token create -r DEPLOYMENT_ADMIN -e 1 -n ${EA}`,
  `deployment token create -r DEPLOYMENT_ADMIN -e 1 -n x -d ${EA}`,
  `deployment token create -r DEPLOYMENT_ADMIN -e 1 -n x --output ${EA}`,
  `deployment token delete --token-file ${EA} --force`,
  `token verify --token-file ${EA}`,
  `deployment list --context ${EA}`,
  `service role create ${EA}`,
  `service workspace delete ${EA} --force`,
  // The port is invalid, so that no service keeps running if the file is not refused.
  `service start --port none --ready-file ${EA}`,
  `deployment token list -- ${EA}`,
  `${EA}`,
  `--${EA}`,
  `--version ${EA}`,
  `help ${EA}`,
  `deployment token list $'\\xff'`,
  `deployment token list $'\\xed\\xa0\\x80'`,
  `deployment token list $'\\xc3'`,
  'deployment token list \ufffd',
]

describe('what is not UTF-8', () => {
  let home = ''
  beforeEach(() => {
    home = tempFolder()
  })

  for (const line of ARGUMENTS) {
    it(`is refused in an argument, before anything is created: tokenry ${line}`, async () => {
      const run = await bash(`tokenry ${line}`, {home})
      expect(run).to.include({exitCode: 2, stdout: ''})
      expect(run.stderr).to.match(/^Error: Argument \d+ is not UTF-8 /)
      expect(run.stderr).to.not.contain('caf')
      // Compiled code is not data, and the name of its folder is valid UTF-8.
      expect(existsSync(join(home, 'tokenry', 'data'))).to.equal(false)
      expect(readdirSync(home).filter((name) => name !== 'tokenry')).to.deep.equal([])
    })
  }

  it('is refused with a document under --json, which has the position of the argument', async () => {
    const run = await bash(`tokenry deployment token list --json --name ${EA}`, {home})
    expect(run).to.include({exitCode: 2, stderr: ''})
    const {ok, error} = JSON.parse(run.stdout)
    expect(ok).to.equal(false)
    expect(error).to.include({code: 'USAGE', exitCode: 2})
    expect(error.message).to.contain('Argument 6')
  })

  it('does not delete or rotate a token whose name has another byte', async () => {
    await bash(`for name in café cafê cafe; do ${CREATE} -n "$name" -c; done`, {home})
    for (const byte of ['\\xe9', '\\xea', '\\xff']) {
      for (const verb of ['delete', 'rotate']) {
        const run = await bash(`tokenry deployment token ${verb} -t $'caf${byte}' --force`, {home})
        expect(run, byte).to.include({exitCode: 2, stdout: ''})
      }
    }
    const list = JSON.parse((await bash('tokenry deployment token list --json', {home})).stdout).result
    const listed: {name: string; lastRotatedAt: string | null}[] = list
    expect(listed.map(({name}) => name)).to.deep.equal(['café', 'cafê', 'cafe'])
    expect(listed.map(({lastRotatedAt}) => lastRotatedAt)).to.deep.equal([null, null, null])
  })

  it('does not matter in _, which a shell sets to the path of the program', async () => {
    const run = await bash(
      `exec env _=${EA} "$(command -v tokenry)" deployment token create -n x -r DEPLOYMENT_ADMIN -e 1 -c`,
      {home},
    )
    expect(run, run.stderr).to.include({exitCode: 0})
  })

  for (const {name} of listVariables(VENDORS).filter((variable) => variable.name !== '_')) {
    it(`is refused in ${name}, before anything is created`, async () => {
      const folder = join(home, 'empty')
      mkdirSync(folder)
      const unset = name === 'TOKENRY_HOME' ? '' : 'unset TOKENRY_HOME; '
      const run = await bash(`${unset}export HOME="$PWD/empty" ${name}="$PWD/empty/"${EA}; ${CREATE} -n x -c`, {home})
      expect(run, run.stderr).to.include({exitCode: 3, stdout: ''})
      expect(run.stderr).to.contain(`${name} is not UTF-8`).and.to.contain(`unset`)
      // The folder for compiled code is below HOME, unless the invalid variable decides that
      // folder.
      expect(readdirSync(folder).filter((made) => made !== '.cache')).to.deep.equal([])
      if (['HOME', 'TOKENRY_HOME', 'XDG_CACHE_HOME'].includes(name)) {
        expect(readdirSync(folder)).to.deep.equal([])
      }
      expect(readdirSync(home)).to.deep.equal(['empty'])
    })
  }

  it('is refused in a variable that names a context or a token, with a document under --json', async () => {
    for (const name of ['TOKENRY_CONTEXT', 'ASTRO_API_TOKEN', 'TOKENRY_DEPLOYMENT_ID']) {
      const run = await bash(`export ${name}=${EA}; tokenry deployment token list --json`, {home})
      expect(run).to.include({exitCode: 3, stderr: ''})
      expect(JSON.parse(run.stdout).error).to.include({code: 'CONFIG', exitCode: 3})
    }
  })

  it('does not matter in a variable that is not read, and UTF-8 text of any language is not changed', async () => {
    const run = await bash(`export OTHER=${EA}; ${CREATE} -n 'café 名前 🔑' --json`, {home})
    expect(JSON.parse(run.stdout).result.name).to.equal('café 名前 🔑')
  })
})
