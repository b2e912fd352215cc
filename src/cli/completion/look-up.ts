import {EMBEDDED} from '../../config/context-settings.ts'
import {readSettings} from '../../config/settings.ts'
import {AppError} from '../../errors/app-error.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import type {Candidate, Completable, ValuePlace} from './complete.ts'
import type {Completes} from './completes.ts'

/** Something with an id and a name, such as a token. */
export interface Entry {
  /** Shown next to the name. Something else that describes it, if there are no ids. */
  id: string
  name: string
}

/** The values that the commands of some topics accept. */
export interface TopicValues {
  /**
   * The vendor whose contexts they accept, in addition to those of the embedded service. Undefined
   * for none, null for every vendor.
   */
  vendor: string | undefined | null
  roles(runtime: Runtime, place: ValuePlace, builtIn: readonly string[]): Promise<Candidate[]>
  /** Functions that list entries, by noun. */
  entries: Partial<Record<string, (runtime: Runtime, place: ValuePlace) => Promise<Entry[]>>>
}

const NO_VALUES: TopicValues = {vendor: undefined, roles: async () => [], entries: {}}

const CONTEXT_VALUES: TopicValues = {...NO_VALUES, vendor: null}

async function loadContextValues(): Promise<TopicValues> {
  return CONTEXT_VALUES
}

/** By the words of a command, else by its first word. */
const TOPICS: Partial<Record<string, () => Promise<TopicValues>>> = {
  deployment: loadAstroValues,
  workspace: loadAstroValues,
  organization: loadAstroValues,
  role: loadAstroValues,
  deltastream: async () => (await import('./deltastream-values.ts')).DELTASTREAM_VALUES,
  motherduck: async () => (await import('./motherduck-values.ts')).MOTHERDUCK_VALUES,
  context: loadContextValues,
  login: loadContextValues,
  logout: loadContextValues,
  whoami: loadContextValues,
  'token list': loadContextValues,
  service: async () => (await import('./service-values.ts')).SERVICE_VALUES,
}

async function loadAstroValues(): Promise<TopicValues> {
  return (await import('./astro-values.ts')).ASTRO_VALUES
}

/**
 * Return the values for this place that are in the settings and in the embedded service. No vendor
 * is called. The list is empty if there is no store, or if the organization, workspace or
 * deployment of the command does not exist or is not chosen.
 *
 * @param reading a runtime that creates no store (`onlyReading`)
 * @throws AppError CONFIG if the store or the settings cannot be used, or TIMEOUT
 */
export async function lookUp(
  {completes, options = []}: Completable & {completes: Completes},
  place: ValuePlace,
  reading: Runtime,
): Promise<Candidate[]> {
  const load = TOPICS[place.path.join(' ')] ?? TOPICS[place.path[0] ?? '']
  const values = (await load?.()) ?? NO_VALUES
  if (completes === 'context') return listContexts(reading, values.vendor, place)
  if (completes === 'own context') return listOwnContexts(reading, values.vendor, place)
  try {
    if (completes === 'role') return await values.roles(reading, place, options)
    const [, noun = '', form] = /^(.+?)(?: (id|name))?$/.exec(completes) ?? []
    return toCandidates((await values.entries[noun]?.(reading, place)) ?? [], form, place)
  } catch (err) {
    if (err instanceof AppError && (err.code === 'NOT_FOUND' || err.code === 'USAGE')) return []
    throw err
  }
}

async function listContexts(reading: Runtime, vendor: TopicValues['vendor'], place: ValuePlace): Promise<Candidate[]> {
  return [{text: EMBEDDED, description: 'The embedded service'}, ...(await listOwnContexts(reading, vendor, place))]
}

/** Return the contexts of the settings, each name once. `--vendor` limits them. */
async function listOwnContexts(
  {folders, vendors}: Runtime,
  vendor: TopicValues['vendor'],
  {flags}: ValuePlace,
): Promise<Candidate[]> {
  const {contexts} = await readSettings(folders().config, vendors)
  const wanted = vendor === null ? flags['vendor'] : vendor
  const usable = contexts.filter(
    (context) => context.vendor === EMBEDDED || context.vendor === wanted || (vendor === null && !wanted),
  )
  const byName = Map.groupBy(usable, ({name}) => name)
  return [...byName].map(([text, all]) => ({text, description: all.map((context) => context.vendor).join(', ')}))
}

/**
 * Return ids, names or both as candidates. If both are accepted, offer an id only if several
 * entries have its name, or if something is typed that may begin an id.
 */
function toCandidates(entries: Entry[], form: string | undefined, {typed}: ValuePlace): Candidate[] {
  const ids = entries.map(({id, name}) => ({text: id, description: name}))
  if (form === 'id') return ids
  const names = [...new Map(entries.map(({id, name}) => [name, {text: name, description: id}])).values()]
  if (form === 'name') return names
  return [...names, ...ids.filter(({text}) => typed !== '' || !names.some(({description}) => description === text))]
}
