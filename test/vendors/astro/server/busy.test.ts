import {expect} from 'chai'
import {refuseOverload} from '../../../../src/service/http/failure.ts'
import {StoreBusyError} from '../../../../src/service/store/store-busy-error.ts'
import {answerAstroError} from '../../../../src/vendors/astro/server/error-body.ts'

describe('the Astro dialect when the service has too much to do', () => {
  for (const [what, err] of [
    ['too many changes wait for the store', new StoreBusyError(1000)],
    ['too many requests are in progress', refuseOverload()],
  ] as const) {
    it(`answers 503 with Retry-After in its own words if ${what}`, () => {
      const {status, headers, body} = answerAstroError({err, path: '/v1/organizations', requestId: 'id'})
      expect(status).to.equal(503)
      expect(headers).to.include({'Retry-After': '1', 'Content-Type': 'application/json'})
      expect(JSON.parse(body)).to.deep.equal({
        message: 'The service is busy; try again',
        requestId: 'id',
        statusCode: 503,
      })
    })
  }
})
