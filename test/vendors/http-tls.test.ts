import {execFile} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {expect} from 'chai'
import {type ConnectProxy, openConnectProxy} from '../support/connect-proxy.ts'
import {answer, openScriptedServer, type ScriptedServer} from '../support/scripted-server.ts'
import {makeSelfSigned} from '../support/self-signed.ts'
import {tempFolder} from '../support/temp-folder.ts'

const SENDER = new URL('../support/send-once.ts', import.meta.url)

describe('the request function over TLS', () => {
  const tls = makeSelfSigned(['localhost', 'api.acme.example'])
  const open: {close(): Promise<void>}[] = []
  let certificate: string
  let server: ScriptedServer

  beforeEach(async () => {
    certificate = join(tempFolder(), 'ca.pem')
    writeFileSync(certificate, tls.cert)
    server = await openScriptedServer([answer(200, {thing: 'it'})], {tls})
    open.push(server)
  })
  afterEach(() => Promise.all(open.splice(0).map((each) => each.close())))

  /** In a process of its own: Node reads the certificates once, at its start. */
  async function sendOnce(
    host: string,
    env: Record<string, string>,
  ): Promise<{result?: string; code?: string; message?: string}> {
    const url = `https://${host}:${server.url.port}/v1`
    const {stdout} = await promisify(execFile)(process.execPath, [SENDER.pathname, url], {
      env: {PATH: process.env['PATH'], ...env},
    })
    return JSON.parse(stdout)
  }

  async function openProxy(options: {refuse?: string; stall?: 'connect' | 'tls'} = {}): Promise<ConnectProxy> {
    const proxy = await openConnectProxy({port: Number(server.url.port), ...options})
    open.push(proxy)
    return proxy
  }

  it('refuses a certificate that is not trusted, before anything is sent: UPSTREAM for a mint', async () => {
    const {code, message} = await sendOnce('localhost', {})
    expect(code).to.equal('UPSTREAM')
    expect(message).to.contain('no safe connection')
    expect(server.requests).to.deep.equal([])
  })

  it('refuses a certificate of another host', async () => {
    const {code, message} = await sendOnce('127.0.0.1', {NODE_EXTRA_CA_CERTS: certificate})
    expect(code).to.equal('UPSTREAM')
    expect(message).to.contain('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(server.requests).to.deep.equal([])
  })

  it('trusts the certificates of NODE_EXTRA_CA_CERTS', async () => {
    expect(await sendOnce('localhost', {NODE_EXTRA_CA_CERTS: certificate})).to.deep.equal({result: 'it'})
  })

  it('goes through the proxy of HTTPS_PROXY', async () => {
    const proxy = await openProxy()
    const env = {NODE_EXTRA_CA_CERTS: certificate, HTTPS_PROXY: proxy.url}
    expect(await sendOnce('api.acme.example', env)).to.deep.equal({result: 'it'})
    expect(proxy.targets).to.deep.equal([`api.acme.example:${server.url.port}`])
  })

  it('goes to loopback, and to the hosts of NO_PROXY, without the proxy', async () => {
    const proxy = await openProxy()
    const env = {NODE_EXTRA_CA_CERTS: certificate, HTTPS_PROXY: proxy.url}
    expect(await sendOnce('localhost', env)).to.deep.equal({result: 'it'})
    const direct = await sendOnce('api.acme.example', {...env, NO_PROXY: 'acme.example'})
    expect(direct.message).to.contain('there is no host')
    expect(proxy.targets).to.deep.equal([])
  })

  for (const [refuse, code, words] of [
    ['407 Proxy Authentication Required', 'CONFIG', 'asks for a user and a password'],
    ['502 Bad Gateway', 'UPSTREAM', 'the proxy did not connect'],
    ['200 OK', 'UPSTREAM', ''],
  ] as const) {
    it(`reports a proxy that answers ${refuse}, without its password, before anything is sent`, async () => {
      const proxy = await openProxy({refuse})
      const url = proxy.url.replace('//', '//user:hunter2@')
      const failed = await sendOnce('api.acme.example', {HTTPS_PROXY: url})
      expect(failed.code).to.equal(code)
      expect(failed.message).to.contain(words).and.not.to.contain('hunter2')
      expect(server.requests).to.deep.equal([])
    })
  }

  for (const stall of ['connect', 'tls'] as const) {
    it(`ends, and lets the process end, if nothing answers behind the proxy: ${stall}`, async () => {
      const proxy = await openProxy({stall})
      const {code, message} = await sendOnce('api.acme.example', {HTTPS_PROXY: proxy.url, SEND_TIMEOUT_MS: '300'})
      expect(code).to.equal('TIMEOUT')
      expect(message).to.contain('0.3 seconds')
    })
  }

  it('reports a proxy that cannot be reached as such', async () => {
    const proxy = await openProxy()
    await proxy.close()
    const {code, message} = await sendOnce('api.acme.example', {HTTPS_PROXY: proxy.url})
    expect(code).to.equal('UPSTREAM')
    expect(message).to.contain('the proxy did not connect').and.to.contain('HTTPS_PROXY')
  })

  it('checks certificates in spite of NODE_TLS_REJECT_UNAUTHORIZED, also behind a proxy', async () => {
    const proxy = await openProxy()
    const env = {NODE_TLS_REJECT_UNAUTHORIZED: '0'}
    expect((await sendOnce('localhost', env)).code).to.equal('UPSTREAM')
    expect((await sendOnce('api.acme.example', {...env, HTTPS_PROXY: proxy.url})).code).to.equal('UPSTREAM')
    expect(server.requests).to.deep.equal([])
  })

  it('refuses a proxy that Node would ignore', async () => {
    const {code, message} = await sendOnce('api.acme.example', {HTTPS_PROXY: 'socks5://127.0.0.1:1'})
    expect(code).to.equal('CONFIG')
    expect(message).to.contain('HTTPS_PROXY is not the URL of an http or https proxy')
  })
})
