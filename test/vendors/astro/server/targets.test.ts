import {METHODS} from 'node:http'
import {expect} from 'chai'
import type {HttpServer} from '../../../../src/service/http/node.ts'
import {type AstroHttp, openAstroHttp} from '../../../support/astro-http.ts'
import {talk} from '../../../support/raw-answers.ts'

describe('Astro over HTTP: the target of a request', () => {
  let test: AstroHttp
  let server: HttpServer
  let tokens: string
  beforeEach(async () => {
    test = await openAstroHttp()
    server = await test.listen()
    tokens = `/v1/organizations/${test.organizationId}/tokens`
  })
  afterEach(async () => {
    await server.stop(0)
    await test.service.close()
  })

  async function status(method: string, target: string): Promise<number | undefined> {
    const head = `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${test.ownerToken.token}`
    const [answer] = await talk(server.port, `${head}\r\nConnection: close\r\n\r\n`)
    return answer?.status
  }

  it('may be a path, or a URL of this host in any case, and may percent-encode letters', async () => {
    for (const target of [
      '/v1/organizations',
      '/%76%31/%6frganizations',
      '/v1/organizations?limit=1&x=/../y',
      '/v1/organizations#x',
      'http://localhost/v1/organizations',
      'HTTP://LOCALHOST:80/v1/organizations',
    ]) {
      expect(await status('GET', target), target).to.equal(200)
    }
  })

  it('counts every slash, and does not resolve dots as folders', async () => {
    const before = await test.snapshot()
    const {id} = test.ownerToken
    for (const method of METHODS.filter((each) => !['CONNECT', 'HEAD'].includes(each))) {
      for (const target of [
        '//v1',
        '//v1/organizations',
        '/v1//organizations',
        `${tokens}/`,
        tokens.replace('/tokens', '//tokens'),
        `${tokens}/${id}/`,
        `${tokens}/x/../${id}`,
        `${tokens}/x/%2e%2e/${id}`,
        `/v1/x/..${tokens.slice(3)}/${id}`,
        '/v1/organizations%2f',
      ]) {
        expect(await status(method, target), `${method} ${target}`).to.equal(404)
      }
    }
    expect(await test.snapshot()).to.equal(before)
  })

  it('misses its organization if two slashes follow: 404 for methods of the API, otherwise 405', async () => {
    for (const target of ['/v1/organizations/', '/v1/organizations//tokens', '/v1/organizations///tokens/x']) {
      for (const method of ['GET', 'POST', 'DELETE']) expect(await status(method, target)).to.equal(404)
      expect(await status('PUT', target)).to.equal(405)
    }
  })

  it('treats dots as the name of an entity, which then does not exist', async () => {
    for (const dots of ['..', '.', '%2e%2e', '..%2f', '...']) {
      const {status: answered, body} = await test.call('DELETE', `${tokens}/${dots}`)
      expect([answered, body.message], dots).to.deep.equal([404, `No API token ${decodeURIComponent(dots)}`])
    }
  })

  it('is refused with 400 if it has no path, or contains a backslash', async () => {
    for (const target of ['*', 'ftp://localhost/v1/organizations', '/v1\\organizations', 'http://localhost\\/v1']) {
      for (const method of ['GET', 'OPTIONS', 'DELETE']) {
        expect(await status(method, target), `${method} ${target}`).to.equal(400)
      }
    }
    expect(await status('GET', '/v1/organizations?q=\\')).to.equal(200)
  })
})
