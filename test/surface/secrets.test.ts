import {expect} from 'chai'
import {before} from 'mocha'
import {COMMAND_RUNS} from './command-runs.ts'
import {type PreparedHome, performRun, prepareHome} from './prepared-home.ts'

describe('secrets', () => {
  let prepared: PreparedHome
  before(async () => {
    prepared = await prepareHome()
  })

  for (const [id, {runs, secretIn = []}] of Object.entries(COMMAND_RUNS)) {
    for (const run of runs) {
      it(`appear only where they may: tokenry ${id.replaceAll(':', ' ')} ${run.argv.join(' ')}`, async () => {
        for (const flags of [['--debug'], ['--json', '--debug']]) {
          const {stdout, stderr, files, newFile} = await performRun(prepared, {id, run, flags, env: {DEBUG: '*'}})
          const secrets = [
            ...Object.values(prepared.secrets),
            ...(stdout.match(/[\w-]{60,}\.[\w-]{60,}\.[\w-]{60,}/g) ?? []),
            ...(newFile === null ? [] : [newFile]),
          ]
          for (const [place, text] of Object.entries({stdout, stderr, ...files})) {
            if (secretIn.some((allowed) => allowed === kindOf(place))) continue
            const found = secrets.some((value) => text.includes(value) || text.includes(value.slice(80, 140)))
            expect(found, `${flags} ${place}: ${text.slice(0, 300)}`).to.equal(false)
          }
        }
      })
    }
  }
})

function kindOf(place: string): string {
  return place.includes('/config/credentials/') ? 'credential file' : place
}
