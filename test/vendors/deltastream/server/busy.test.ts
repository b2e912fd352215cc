import {expect} from 'chai'
import {AppError} from '../../../../src/errors/app-error.ts'
import {refuseOverload} from '../../../../src/service/http/failure.ts'
import {StoreBusyError} from '../../../../src/service/store/store-busy-error.ts'
import {StoreLostError} from '../../../../src/service/store/store-lost-error.ts'
import {answerDeltaStreamError} from '../../../../src/vendors/deltastream/server/error-body.ts'

const BUSY = 'The service is busy; try again'

describe('the DeltaStream dialect when the service cannot make a change now', () => {
  for (const [what, err, message] of [
    ['too many changes wait for the store', new StoreBusyError(1000), BUSY],
    ['too many requests are in progress', refuseOverload(), BUSY],
    ['another process holds the lock of the store', new AppError('TIMEOUT', 'locked'), BUSY],
    ['the store is lost', new StoreLostError('lost', 'look'), 'The service has lost its store and is stopping'],
  ] as const) {
    it(`answers 503 with Retry-After in its own words if ${what}`, () => {
      const {status, headers, body} = answerDeltaStreamError({err, path: '/v2/statements', requestId: 'id'})
      expect(status).to.equal(503)
      expect(headers).to.include({'Retry-After': '1', 'Content-Type': 'application/json'})
      expect(JSON.parse(body)).to.deep.equal({message})
    })
  }
})
