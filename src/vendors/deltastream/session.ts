import type {SessionPlaces} from './api.ts'

/** The places that a context can name. */
const PLACES = ['organization', 'role', 'database', 'schema', 'store'] as const satisfies (keyof SessionPlaces)[]

/** Return the session of statements at these places. */
export function readSession(places: Partial<Record<string, string>>): SessionPlaces {
  const named = PLACES.flatMap((key) => (places[key] === undefined ? [] : [[key, places[key]]]))
  return Object.fromEntries(named)
}
