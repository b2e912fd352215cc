import {setTimeout as wait} from 'node:timers/promises'
import {
  type Change,
  type ChangeOutcome,
  createModel,
  type KnownToken,
  type Model,
  type SeenTokens,
} from './kill-model.ts'
import {createRandom, type Random} from './random.ts'

/** A store of tokens under test. It is changed by processes that can be killed at any moment. */
export interface KillTarget {
  /** Begin a change. The process that will be killed, a client or a server, is then running. */
  start(change: Change): RunningChange
  /** Read the tokens after a kill. Reject if the store cannot be opened or is damaged. */
  look(): Promise<SeenTokens>
}

export interface RunningChange {
  /** Send SIGKILL. */
  kill(): void
  /** Resolves when the store is first written to. May never resolve. */
  written: Promise<void>
  /** Resolves when the first byte of an answer has arrived. May never resolve. */
  answered: Promise<void>
  ended: Promise<ChangeOutcome>
}

export interface CampaignOptions {
  seed: number
  /** How many processes to kill. A process that ends before its kill is not counted. */
  kills: number
  /** In milliseconds. If the campaign takes longer, it fails. */
  limitMs: number
}

/** What the kills hit. Shows that a campaign reached the moments that matter. */
export interface CampaignReport {
  kills: number
  /** Ended before the kill, so the whole change had to be done. */
  completed: number
  /** Killed after the secret was printed. */
  killedAfterPrint: number
  /** Killed before anything was printed, although the change was already committed. */
  killedAfterCommit: number
  /** Rotations that `list` showed as unfinished. */
  unfinishedRotations: number
}

const TOKENS_MAX = 12
/** The maximum number of attempts for each kill. Some processes end before their kill. */
const ATTEMPTS_FACTOR = 4

/**
 * Make random changes and kill the process of each change at a random moment. After each kill,
 * compare the store with the acknowledged changes. At the end, rotate again every token whose
 * rotation was interrupted.
 */
export async function runKillCampaign(target: KillTarget, options: CampaignOptions): Promise<CampaignReport> {
  const {seed, kills, limitMs} = options
  const random = createRandom(seed)
  const model = createModel()
  const report = {kills: 0, completed: 0, killedAfterPrint: 0, killedAfterCommit: 0, unfinishedRotations: 0}
  const deadline = performance.now() + limitMs
  let usualMs = 300
  for (let attempt = 0; report.kills < kills; attempt += 1) {
    const change = chooseChange(random, model, attempt)
    const moment = chooseMoment(random, usualMs)
    try {
      if (attempt > kills * ATTEMPTS_FACTOR || performance.now() > deadline)
        throw new Error(`Only ${report.kills} kills`)
      const began = performance.now()
      const outcome = await runAndKill(target, change, moment)
      if (!outcome.killed) usualMs = performance.now() - began
      count(report, outcome, await model.settle(change, outcome, await target.look()))
    } catch (cause) {
      const how = `seed ${seed}, attempt ${attempt}: ${JSON.stringify({change, moment})}`
      throw new Error(`${cause instanceof Error ? cause.message : String(cause)}\n${how}`, {cause})
    }
  }
  for (const token of model.tokens()) if (token.unfinished) await completeRotation(target, model, token)
  return report
}

function chooseChange(random: Random, model: Model, attempt: number): Change {
  const tokens = model.tokens()
  const verbs = ['create', 'rotate', 'rotate', 'update', 'delete'] as const
  const verb = tokens.length < 3 ? 'create' : random.pick(tokens.length > TOKENS_MAX ? (['delete'] as const) : verbs)
  if (verb === 'create') return {verb, name: `token-${attempt}`}
  const {id} = random.pick(tokens)
  return verb === 'update' ? {verb, id, newName: `renamed-${attempt}`} : {verb, id}
}

interface Moment {
  after: 'start' | 'written' | 'answered'
  delayMs: number
}

/**
 * A process spends most of its time on starting. So most kills wait for the moments in which
 * something changes.
 */
function chooseMoment(random: Random, usualMs: number): Moment {
  const after = random.pick(['start', 'written', 'written', 'answered'] as const)
  return {after, delayMs: random.below(after === 'start' ? usualMs : random.pick([1, 10]))}
}

async function runAndKill(target: KillTarget, change: Change, {after, delayMs}: Moment): Promise<ChangeOutcome> {
  const running = target.start(change)
  const sign = after === 'written' ? running.written : after === 'answered' ? running.answered : Promise.resolve()
  let ended = false
  const end = running.ended.finally(() => {
    ended = true
  })
  await Promise.race([sign, end])
  // A timer is too coarse for short delays.
  if (delayMs > 2) await Promise.race([wait(delayMs), end])
  else spin(delayMs)
  if (!ended) running.kill()
  return end
}

function spin(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

function count(report: CampaignReport, outcome: ChangeOutcome, settled: {changed: boolean; cutOff: boolean}): void {
  if (!outcome.killed) report.completed += 1
  else {
    report.kills += 1
    if (outcome.secret !== null) report.killedAfterPrint += 1
    else if (settled.changed) report.killedAfterCommit += 1
  }
  if (settled.cutOff) report.unfinishedRotations += 1
}

/** Rotate again: the next rotation ends the secret that a killed one left behind. */
async function completeRotation(target: KillTarget, model: Model, {id}: KnownToken): Promise<void> {
  const change: Change = {verb: 'rotate', id}
  const outcome = await target.start(change).ended
  if (!outcome.succeeded) throw new Error(`A rotation that was cut off cannot be completed: ${outcome.stderr}`)
  await model.settle(change, outcome, await target.look())
}
