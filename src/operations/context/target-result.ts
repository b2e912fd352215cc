import type {CredentialChoice, FactSource, ResolvedContext} from '../../config/context.ts'
import {EMBEDDED} from '../../config/context-settings.ts'
import {settingsFile} from '../../config/settings.ts'
import type {AppError} from '../../errors/app-error.ts'
import type {ErrorCode} from '../../errors/exit-codes.ts'
import type {Runtime} from '../../runtime/runtime.ts'
import {idFromEnvironment, PLACE_VARIABLES} from '../service/environment.ts'
import {type CredentialResult, toCredentialResult} from './context-result.ts'

/** Where a fact comes from: a flag, a variable or a file with this name. */
export interface SourceResult {
  from: 'argument' | 'flag' | 'variable' | 'file' | 'default'
  /** Absent for `argument` and `default`. */
  name?: string
}

/** Where the commands of a vendor go, and why. */
export interface TargetResult {
  /** The vendor whose commands these are; `embedded` for those of every vendor. */
  vendor: string
  /** The name of a vendor, or `embedded`; null if that is unclear. */
  goesTo: string | null
  /** Null if no context leads there, but a variable with a credential. */
  context: string | null
  /** What chose the context or the vendor; null if that is unclear. */
  chosenBy: SourceResult | null
  /** The base URL; null for the embedded service. */
  url: {value: string; source: SourceResult} | null
  places: PlaceResult[]
  /** The credential that would be used; null for none. */
  credential: CredentialResult | null
  /** Why commands of the vendor fail; null if nothing is known to be wrong. */
  problem: ProblemResult | null
}

export interface PlaceResult {
  /** The key of the place: `workspace`. */
  place: string
  id: string
  source: SourceResult
}

export interface ProblemResult {
  code: ErrorCode
  message: string
  hint: string | null
}

/** Return the result for a vendor whose target is clear. */
export function toTargetResult(runtime: Runtime, vendor: string, resolved: ResolvedContext): TargetResult {
  const {name, chosenBy, url, credential} = resolved
  return {
    vendor,
    goesTo: resolved.vendor,
    context: name,
    chosenBy: toSource(chosenBy),
    url: url ? {value: url.base.href, source: toSource(url.source)} : null,
    places: listPlaces(runtime, vendor, resolved),
    credential: credential && describeChoice(credential),
    problem: null,
  }
}

/** Return the result for a vendor whose commands fail before they go anywhere. */
export function toUnclearResult(vendor: string, err: AppError): TargetResult {
  return {
    vendor,
    goesTo: null,
    context: null,
    chosenBy: null,
    url: null,
    places: [],
    credential: null,
    problem: toProblem(err),
  }
}

export function toProblem({code, message, details}: AppError): ProblemResult {
  return {code, message, hint: details.hint ?? null}
}

function toSource(source: FactSource): SourceResult {
  return source.from === 'default' ? {from: 'default'} : {from: source.from, name: source.name}
}

/** A variable takes precedence over the context. */
function listPlaces(runtime: Runtime, vendor: string, {places}: ResolvedContext): PlaceResult[] {
  const file: SourceResult = {from: 'file', name: settingsFile(runtime.folders().config)}
  const owners = runtime.vendors.filter(({name, hasDirectory}) =>
    vendor === EMBEDDED ? hasDirectory : name === vendor,
  )
  return owners
    .flatMap((owner) => owner.places)
    .flatMap(({key, flag}): PlaceResult[] => {
      const variable = findVariable(flag)
      const fromVariable = variable && idFromEnvironment(runtime, variable)
      if (variable && fromVariable) {
        return [{place: key, id: fromVariable, source: {from: 'variable', name: variable}}]
      }
      const id = places[key]
      return id === undefined ? [] : [{place: key, id, source: file}]
    })
}

/** Return the variable of tokenry for the same place as a flag, such as TOKENRY_WORKSPACE_ID. */
function findVariable(flag: string): (typeof PLACE_VARIABLES)[number] | undefined {
  const name = `TOKENRY_${flag.toUpperCase().replaceAll('-', '_')}`
  return PLACE_VARIABLES.find((variable) => variable === name)
}

function describeChoice(choice: CredentialChoice): CredentialResult {
  // Only commands of a vendor have a flag that holds a token, so an argument is never described.
  if (choice.kind === 'file' || choice.kind === 'argument') return {from: 'file'}
  return toCredentialResult(choice.kind === 'variable' ? {variable: choice.variable} : choice.place)
}
