import {expect} from 'chai'
import {refuseOverload} from '../../../../src/service/http/failure.ts'
import {StoreBusyError} from '../../../../src/service/store/store-busy-error.ts'
import {answerMotherDuckError} from '../../../../src/vendors/motherduck/server/error-body.ts'

describe('the MotherDuck dialect when the service has too much to do', () => {
  for (const [what, err] of [
    ['too many changes wait for the store', new StoreBusyError(1000)],
    ['too many requests are in progress', refuseOverload()],
  ] as const) {
    it(`answers 503 with Retry-After in its own words if ${what}`, () => {
      const {status, headers, body} = answerMotherDuckError({err, path: '/v1/users', requestId: 'id'})
      expect(status).to.equal(503)
      expect(headers).to.include({'Retry-After': '1', 'Content-Type': 'application/json'})
      expect(JSON.parse(body)).to.deep.equal({code: 'INTERNAL_SERVER_ERROR', message: 'Internal Error'})
    })
  }
})
