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

/** What a campaign is turned on: something that keeps tokens, changed by processes that can be killed at any moment. */
export interface KillTarget {
  /** Begin a change; whatever is killed later, the client or a server, is running then. */
  start(change: Change): RunningChange
  /** Look at what is there after a kill. Rejects when it does not open or is not whole. */
  look(): Promise<SeenTokens>
}

export interface RunningChange {
  /** SIGKILL. */
  kill(): void
  /** Resolves when the store is first written to; perhaps never. */
  written: Promise<void>
  /** Resolves when the first byte of an answer has arrived; perhaps never. */
  answered: Promise<void>
  ended: Promise<ChangeOutcome>
}

export interface CampaignOptions {
  seed: number
  /** How many processes are killed; those that end before their moment are not counted. */
  kills: number
  /** Milliseconds; the campaign fails when it takes longer. */
  limitMs: number
}

/** What the kills hit, to show that a campaign reached the moments that matter. */
export interface CampaignReport {
  kills: number
  /** Ended before the kill, and so had to do all they were asked. */
  completed: number
  /** Killed after the value was printed. */
  killedAfterPrint: number
  /** Killed before anything was printed, and the change was there all the same. */
  killedAfterCommit: number
  /** Rotations that `list` showed as unfinished. */
  unfinishedRotations: number
}

const TOKENS_MAX = 12
/** How many attempts, for each kill, may end before their moment comes. */
const ATTEMPTS_FACTOR = 4

/**
 * Change tokens at random and kill whoever does it at a random moment; after each kill, hold what is there against what was
 * acknowledged. At the end every rotation that was cut off is rotated again.
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

/** Most of a process is starting; so two of three kills wait for the moments in which something changes. */
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
  // A timer is as coarse as what is aimed at.
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

/** The next rotation ends what a killed one has left behind. */
async function completeRotation(target: KillTarget, model: Model, {id}: KnownToken): Promise<void> {
  const change: Change = {verb: 'rotate', id}
  const outcome = await target.start(change).ended
  if (!outcome.succeeded) throw new Error(`A rotation that was cut off cannot be completed: ${outcome.stderr}`)
  await model.settle(change, outcome, await target.look())
}
