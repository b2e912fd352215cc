import {expect} from 'chai'
import {readAstroBaseUrl} from '../../../src/vendors/astro/base-url.ts'
import {expectFailure} from '../../support/rejection.ts'

const URLS: Record<string, string> = {
  'astronomer.io': 'https://api.astronomer.io/v1',
  'cloud.astronomer.io': 'https://api.astronomer.io/v1',
  'https://cloud.astronomer.io/': 'https://api.astronomer.io/v1',
  'Astronomer.IO': 'https://api.astronomer.io/v1',
  ' astronomer.io ': 'https://api.astronomer.io/v1',
  'astronomer-dev.io': 'https://api.astronomer-dev.io/v1',
  'cloud.astronomer-stage.io': 'https://api.astronomer-stage.io/v1',
  'astronomer-perf.io': 'https://api.astronomer-perf.io/v1',
  'pr1234.astronomer-dev.io': 'https://pr1234.api.astronomer-dev.io/v1',
  'pr123456.astronomer-dev.io': 'https://pr123456.api.astronomer-dev.io/v1',
  localhost: 'http://localhost:8888/v1',
  'localhost:9000': 'http://localhost:9000/v1',
  'localhost:80': 'http://localhost/v1',
  'http://localhost:9000/': 'http://localhost:9000/v1',
  '127.0.0.1': 'http://127.0.0.1:8888/v1',
  '127.0.0.1:9000': 'http://127.0.0.1:9000/v1',
  '[::1]': 'http://[::1]:8888/v1',
  '[::1]:9000': 'http://[::1]:9000/v1',
}

const REFUSED = [
  '',
  ' ',
  'example.com',
  'astronomer.io.example.com',
  'notastronomer.io',
  'api.astronomer.io.evil.example',
  'astronomer-dev.io:8443',
  'pr123.astronomer-dev.io',
  'pr1234567.astronomer-dev.io',
  'pr1234.astronomer.io',
  'localhost.example.com',
  'evil-localhost',
  'localhost@example.com',
  'example.com#localhost',
  'example.com\\@localhost',
  'localhost:0',
  'localhost:99999',
  'localhost:',
  'localhost/path',
  '10.0.0.1',
  '0.0.0.0',
  '128.0.0.1:9000',
  '2130706433.example.com',
  'astronomer.io\nlocalhost',
]

describe('the base URL of the Astro API', () => {
  it('is that of astronomer.io without ASTRO_DOMAIN', () => {
    expect(readAstroBaseUrl(undefined).href).to.equal('https://api.astronomer.io/v1')
  })

  for (const [domain, url] of Object.entries(URLS)) {
    it(`is ${url} for ${JSON.stringify(domain)}`, () => {
      expect(readAstroBaseUrl(domain).href).to.equal(url)
    })
  }

  for (const domain of REFUSED) {
    it(`is refused for ${JSON.stringify(domain)}`, async () => {
      const err = await expectFailure((async () => readAstroBaseUrl(domain))(), 'CONFIG')
      expect(err.message).to.contain('ASTRO_DOMAIN')
    })
  }
})
