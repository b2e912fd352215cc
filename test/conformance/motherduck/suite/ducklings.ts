import {expect} from 'chai'
import type {DucklingsConfig} from '../../../../src/vendors/motherduck/api.ts'
import {expectFailure} from '../../../support/rejection.ts'
import {type OpenTarget, useTarget} from './target.ts'

export function describeDucklings(open: OpenTarget): void {
  const target = useTarget(open)
  beforeEach(async () => {
    await target.current.owner.createUser({username: 'etl'})
  })

  it('are standard and four at first', async () => {
    expect(await target.current.api.getDucklings('etl')).to.deep.equal({
      read_write: {instance_size: 'standard', cooldown_seconds: 60},
      read_scaling: {instance_size: 'standard', flock_size: 4, cooldown_seconds: 60},
    })
  })

  it('are replaced as a whole, with the cooldown of the service, which a pulse has not', async () => {
    const {api} = target.current
    const config: DucklingsConfig = {
      read_write: {instance_size: 'mega', cooldown_seconds: 600},
      read_scaling: {instance_size: 'giga', flock_size: 64, cooldown_seconds: 86_400},
    }
    expect(await api.setDucklings('etl', config)).to.deep.equal(config)
    expect(await api.getDucklings('ETL')).to.deep.equal(config)
    const next: DucklingsConfig = {
      read_write: {instance_size: 'pulse'},
      read_scaling: {instance_size: 'jumbo', flock_size: 0},
    }
    const stored = {...next, read_scaling: {...next.read_scaling, cooldown_seconds: 60}}
    expect(await api.setDucklings('etl', next)).to.deep.equal(stored)
    expect(await api.getDucklings('etl')).to.deep.equal(stored)
  })

  const standard = {instance_size: 'standard'}
  const scaling = {...standard, flock_size: 4}
  const wrong: [string, unknown, string][] = [
    ['an unknown size', {read_write: {instance_size: 'tiny'}, read_scaling: scaling}, 'instance_size'],
    ['no size', {read_write: {}, read_scaling: scaling}, 'instance_size'],
    ['no read_write', {read_scaling: scaling}, 'read_write'],
    ['no read_scaling', {read_write: standard}, 'read_scaling'],
    ['no flock size', {read_write: standard, read_scaling: standard}, 'flock_size'],
    ...[-1, 65, 2.5, '4', null].map((flock): [string, unknown, string] => [
      `a flock size of ${JSON.stringify(flock)}`,
      {read_write: standard, read_scaling: {...standard, flock_size: flock}},
      'flock_size',
    ]),
    ...[59, 86_401, 60.5, '60'].map((cooldown): [string, unknown, string] => [
      `a cooldown of ${JSON.stringify(cooldown)}`,
      {read_write: {...standard, cooldown_seconds: cooldown}, read_scaling: scaling},
      'cooldown_seconds',
    ]),
    [
      'a cooldown of a pulse',
      {read_write: {instance_size: 'pulse', cooldown_seconds: 60}, read_scaling: scaling},
      'Pulse instances',
    ],
  ]
  for (const [what, config, words] of wrong) {
    it(`refuse ${what}`, async () => {
      const {api, snapshot} = target.current
      const before = await snapshot()
      const err = await expectFailure(api.setDucklings('etl', config as DucklingsConfig), 'INVALID')
      expect(err.message).to.contain(words)
      expect(await snapshot()).to.equal(before)
    })
  }

  it('of an unknown user are not found', async () => {
    const {api} = target.current
    await expectFailure(api.getDucklings('stranger'), 'NOT_FOUND')
    const config = {
      read_write: {instance_size: 'pulse'},
      read_scaling: {instance_size: 'pulse', flock_size: 1},
    } as const
    await expectFailure(api.setDucklings('stranger', config), 'NOT_FOUND')
  })
}
