import {METHODS} from 'node:http'
import {connect} from 'node:net'
import {expect} from 'chai'
import {createHandlers} from '../../../src/service/http/app.ts'
import type {Dialect} from '../../../src/service/http/dialect.ts'
import {type HttpServer, listenOnLoopback} from '../../../src/service/http/node.ts'
import {decodePath, readPath} from '../../../src/service/http/target.ts'
import {plainDialect} from '../../support/plain-dialect.ts'
import {readAnswers, talk} from '../../support/raw-answers.ts'

const ODD_TARGETS = [
  '/',
  '//',
  '//v1',
  '//localhost/v1',
  '/v1//organizations',
  '/v1/organizations/',
  '/v1/users/a/tokens/..',
  '/v1/users/a/tokens/.',
  '/v1/users/a/tokens/../../b',
  '/v1/users/a/tokens/...',
  '/v1/organizations/..%2f',
  '/v1/%2e%2e/%2E/.%2e',
  '/v1/%6frganizations/%zz/%ff/%00/%25',
  '/v1\\..\\users',
  '/v1/..\\?q=\\',
  '/v1/organizations?q=/../x&r=\\',
  '/v1/organizations#/../x',
  '/v1/"{x}|[y]^`',
  'http://localhost',
  'http://localhost?q=1',
  'http://localhost/v1/a/../b',
  'HTTP://LocalHost:80//v1/%2e%2e/',
  'http://localhost/v1\\..',
  'ftp://localhost/v1/..',
  '*',
]

describe('the target of a request', () => {
  const seen: string[] = []
  let server: HttpServer

  /** Return every target and every method as they arrived. */
  const echo: Dialect = plainDialect({
    toRoutePath(target) {
      seen.push(target)
      return '/echo'
    },
    routes: [
      {
        path: '/echo',
        handlers: Object.fromEntries(
          METHODS.filter((method) => !['HEAD', 'CONNECT'].includes(method)).map((method) => [
            method,
            (c) => c.json({method: c.req.method, target: c.env.target}),
          ]),
        ),
      },
    ],
  })

  beforeEach(async () => {
    seen.length = 0
    server = await listenOnLoopback({
      ...createHandlers({dialect: echo, hosts: new Set(['localhost']), newRequestId: () => 'id'}),
      port: 0,
    })
  })
  afterEach(() => server.stop(0))

  const head = (method: string, target: string, more = '') =>
    `${method} ${target} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`

  // The target of CONNECT is always an authority: node-listener.ts refuses it.
  for (const method of METHODS.filter((each) => each !== 'CONNECT')) {
    it(`of ${method} reaches the dialect as it was sent, even if a Request would change it or cannot contain it`, async () => {
      const socket = connect(server.port, '127.0.0.1')
      for (const target of ODD_TARGETS) socket.write(head(method, target))
      socket.write('stray')
      const answers = await readAnswers(socket, {heads: method === 'HEAD'})
      expect(answers.map(({status}) => status)).to.deep.equal([...ODD_TARGETS.map(() => 200), 400])
      expect(seen).to.deep.equal(ODD_TARGETS)
      if (method === 'HEAD') return
      const told = answers.slice(0, -1).map(({body}) => JSON.parse(body))
      expect(told).to.deep.equal(ODD_TARGETS.map((target) => ({method, target})))
    })
  }

  it('that names another host, in any form, is refused before a route runs', async () => {
    for (const target of [
      'http://evil.example/v1',
      'HTTP://evil.example/v1\\..',
      'https://localhost@evil.example/',
      'http://evil.example',
    ]) {
      const [answer] = await talk(server.port, head('GET', target, 'Connection: close\r\n'))
      expect([answer?.status, JSON.parse(answer?.body ?? '').target], target).to.deep.equal([421, undefined])
    }
  })

  it('has a path, which keeps dots, slashes and percent signs; or has none', () => {
    for (const [target, path] of [
      ['/v1//a/../%2e/', '/v1//a/../%2e/'],
      ['/v1?q=/x', '/v1'],
      ['/v1#/x', '/v1'],
      ['//v1', '//v1'],
      ['http://localhost:8888/v1/../a?q', '/v1/../a'],
      ['HTTPS://u:p@localhost//v1', '//v1'],
      ['http://localhost', '/'],
      ['http://localhost?q=/x', '/'],
      ['/v1\\a', '/v1\\a'],
      ['*', null],
      ['', null],
      ['v1', null],
      ['?q', null],
      ['ftp://localhost/v1', null],
      ['http://localhost\\@evil.example/v1', null],
    ] as const) {
      expect(readPath(target), target).to.equal(path)
    }
  })

  it('is decoded once, except for separators and bytes that are not UTF-8', () => {
    for (const [path, decoded] of [
      ['/%76%31/%6frg', '/v1/org'],
      ['/%2e%2e', '/..'],
      ['/a%2fb%3Fc%23d', '/a%2fb%3Fc%23d'],
      ['/%c3%a9', '/é'],
      ['/%ff', '/%ff'],
      ['/%ff/%41', '/%ff/A'],
      // If these are decoded a second time, as a segment is, they become %41, %, %zz.
      ['/%2541', '/%2541'],
      ['/%', '/%25'],
      ['/%zz', '/%25zz'],
      ['/%%34%31', '/%2541'],
    ] as const) {
      expect(decodePath(path), path).to.equal(decoded)
    }
  })
})
