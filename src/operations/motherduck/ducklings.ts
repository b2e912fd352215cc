import {AppError} from '../../errors/app-error.ts'
import {type DucklingsConfig, type InstanceSize, SIZE_WITHOUT_COOLDOWN} from '../../vendors/motherduck/api.ts'
import {parseDucklingsConfig} from '../../vendors/motherduck/validate.ts'
import {type FieldChange, findChanges, type PlannedChange} from '../tokens/change-plan.ts'
import type {MotherDuckService} from './connect.ts'
import {nameMissingUser} from './user.ts'

/** The sizes of a user's ducklings. A cooldown is null if MotherDuck reports none. */
export interface DucklingResult {
  username: string
  readWrite: {size: string; cooldownSeconds: number | null}
  readScaling: {size: string; cooldownSeconds: number | null; flockSize: number}
}

export interface ChangedDucklings extends DucklingResult {
  changes: FieldChange[]
}

export interface DucklingPlan {
  dryRun: true
  action: 'update'
  name: string
  changes: FieldChange[]
}

/** What to change. An absent field stays as it is. */
export interface DucklingChanges {
  readWrite?: InstanceSize | undefined
  readWriteCooldown?: number | undefined
  readScaling?: InstanceSize | undefined
  readScalingCooldown?: number | undefined
  flockSize?: number | undefined
}

export async function getDucklings(service: MotherDuckService, username: string): Promise<DucklingResult> {
  return toResult(username, await readDucklings(service, username))
}

/**
 * Plan a change of the sizes: read them, merge the changes, and check the whole. The API replaces
 * everything, so a field that is not sent would be reset. INVALID for sizes that cannot be.
 */
export async function planDucklings(
  service: MotherDuckService,
  username: string,
  changes: DucklingChanges,
): Promise<PlannedChange<DucklingPlan, ChangedDucklings>> {
  const current = await readDucklings(service, username)
  const config = parseDucklingsConfig(merge(current, changes))
  const planned = compare(current, config)
  return {
    plan: {dryRun: true, action: 'update', name: username, changes: planned},
    async apply() {
      if (planned.length === 0) return {...toResult(username, current), changes: []}
      const stored = await service.api.setDucklings(username, config)
      return {...toResult(username, stored), changes: compare(current, stored)}
    },
  }
}

function readDucklings(service: MotherDuckService, username: string): Promise<DucklingsConfig> {
  return nameMissingUser(service, username, service.api.getDucklings(username))
}

/** A cooldown that the new size cannot have is left out, unless it is given. */
function merge(current: DucklingsConfig, changes: DucklingChanges): DucklingsConfig {
  const {readWrite, readWriteCooldown, readScaling, readScalingCooldown, flockSize} = changes
  return {
    read_write: mergeSize(current.read_write, readWrite, readWriteCooldown),
    read_scaling: {
      ...mergeSize(current.read_scaling, readScaling, readScalingCooldown),
      flock_size: flockSize ?? current.read_scaling.flock_size,
    },
  }
}

function mergeSize(
  current: DucklingsConfig['read_write'],
  size: InstanceSize | undefined,
  given: number | undefined,
): DucklingsConfig['read_write'] {
  const instance_size = size ?? current.instance_size
  const kept = instance_size === SIZE_WITHOUT_COOLDOWN ? undefined : current.cooldown_seconds
  const cooldown_seconds = given ?? kept
  return {instance_size, ...(cooldown_seconds === undefined ? {} : {cooldown_seconds})}
}

function compare(before: DucklingsConfig, after: DucklingsConfig): FieldChange[] {
  const text = (value: number | undefined) => (value === undefined ? null : `${value}`)
  const field = (name: string, read: (config: DucklingsConfig) => string | null) => ({
    field: name,
    before: read(before),
    after: read(after),
  })
  return findChanges([
    field('readWrite.size', ({read_write}) => read_write.instance_size),
    field('readWrite.cooldownSeconds', ({read_write}) => text(read_write.cooldown_seconds)),
    field('readScaling.size', ({read_scaling}) => read_scaling.instance_size),
    field('readScaling.cooldownSeconds', ({read_scaling}) => text(read_scaling.cooldown_seconds)),
    field('readScaling.flockSize', ({read_scaling}) => text(read_scaling.flock_size)),
  ])
}

function toResult(username: string, {read_write, read_scaling}: DucklingsConfig): DucklingResult {
  return {
    username,
    readWrite: {size: read_write.instance_size, cooldownSeconds: read_write.cooldown_seconds ?? null},
    readScaling: {
      size: read_scaling.instance_size,
      cooldownSeconds: read_scaling.cooldown_seconds ?? null,
      flockSize: read_scaling.flock_size,
    },
  }
}

/** Throw USAGE if nothing is to be changed. */
export function refuseNoChange(changes: DucklingChanges): void {
  if (Object.values(changes).some((value) => value !== undefined)) return
  throw new AppError('USAGE', 'There is nothing to change', {
    hint: 'Give --read-write, --read-write-cooldown, --read-scaling, --read-scaling-cooldown or --flock-size',
  })
}
