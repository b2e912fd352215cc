import {expect} from 'chai'
import stringWidth from 'string-width'
import {runTokenry} from '../support/run-tokenry.ts'
import {tempFolder} from '../support/temp-folder.ts'

const LISTS = [
  'deployment token list',
  'organization token list --all',
  'workspace token list --ended',
  'deployment list',
  'workspace list',
  'organization list',
  'role list',
  'context list',
  'service organization list',
  'service workspace list',
  'service deployment list',
  'service user list',
  'motherduck token list',
  'motherduck token list --all-users',
  'motherduck user list',
]

describe('a terminal', () => {
  let home: string
  beforeEach(async () => {
    home = tempFolder()
    const setUp = [
      'deployment token create --name nightly-build-of-everything --role DEPLOYMENT_ADMIN --expiration 3650',
      'deployment token create --name 日本語の名前 --role DEPLOYMENT_ADMIN --expiration 1',
      'deployment token rotate --name nightly-build-of-everything --force --grace 7d',
      'workspace token create --name gone --role WORKSPACE_MEMBER',
      'workspace token delete --name gone --force',
      'service user create someone.with.a.long.address@example.com --name Someone',
      'motherduck token create --user admin --name ci --ttl 300 --description something-long-to-read',
      'context add production-of-the-platform --vendor astro --api-url https://tokens.platform.example.com/v1 --workspace-id w1',
    ]
    for (const line of setUp) expect(await runTokenry(line.split(' '), {home}), line).to.include({exitCode: 0})
  })

  for (const line of LISTS) {
    it(`shows no row wider than the window, from 40 to 200 columns: ${line}`, async () => {
      for (const columns of [40, 41, 47, 53, 60, 64, 71, 79, 80, 81, 99, 100, 120, 160, 200]) {
        const {exitCode, stdout} = await runTokenry([...line.split(' '), '--context', 'embedded'], {
          home,
          columns,
          tty: true,
          env: {NO_COLOR: '1'},
        })
        expect(exitCode).to.equal(0)
        for (const row of stdout.split('\n')) expect(stringWidth(row), `${columns}: ${row}`).to.be.at.most(columns)
      }
    })
  }

  it('is as wide as COLUMNS says', async () => {
    const run = (env: Record<string, string>) =>
      runTokenry(['deployment', 'token', 'list'], {home, tty: true, columns: 200, env: {NO_COLOR: '1', ...env}})
    const widest = ({stdout}: {stdout: string}) => Math.max(...stdout.split('\n').map((row) => stringWidth(row)))
    expect(widest(await run({}))).to.be.above(80)
    expect(widest(await run({COLUMNS: '60'}))).to.be.at.most(60)
  })

  it('shows owners by name where the ids do not fit', async () => {
    const run = (columns: number) =>
      runTokenry(['deployment', 'list'], {home, tty: true, columns, env: {NO_COLOR: '1'}})
    expect((await run(50)).stdout).to.match(/WORKSPACE(.|\n)*default +default/)
    const [, row = ''] = (await run(200)).stdout.split('\n')
    expect(row).to.match(/^c[a-z0-9]{24} +default +c[a-z0-9]{24}/)
  })

  it('breaks messages between words, and leaves a command that can be pasted', async () => {
    const {stderr} = await runTokenry(['deployment', 'token', 'get', 'missing'], {
      home,
      tty: true,
      columns: 40,
      env: {NO_COLOR: '1'},
    })
    for (const line of stderr.split('\n')) expect(line).to.match(/^.{0,40}$|^ {4}--\S+ \S+( \\)?$/)
    expect(stderr.replaceAll(' \\\n    ', ' ')).to.match(
      /\ntokenry deployment token list --deployment-id c[a-z0-9]{24}\n/,
    )
  })

  it('shows no header of an empty list, but a pipe does', async () => {
    const empty = ['deployment', 'token', 'list', '--expiring-within', '1s']
    expect((await runTokenry(empty, {home, tty: true})).stdout).to.equal('')
    expect((await runTokenry(empty, {home})).stdout).to.match(/^ID\tNAME\t.*\n$/)
  })
})
