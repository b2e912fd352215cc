import type {ContextCredential} from './credentials/types.ts'

/** The part of a vendor that settings need. */
export interface SettingsVendor {
  readonly name: string
  /** The places that a context of the vendor can name. */
  readonly places: readonly {
    /** The field in settings: `workspace`. */
    readonly key: string
  }[]
}

/** A named target. */
export interface ContextSettings {
  /** The name of a vendor, or `embedded`. */
  vendor: string
  /**
   * Unique for a vendor. A context of `embedded` serves the commands of every vendor, so no vendor
   * has a context of the same name.
   */
  name: string
  /** The whole base URL of the API. Absent for the vendor's default. */
  apiUrl?: string
  /** Ids by the key of the place. `embedded` can have the places of every vendor. */
  places: Partial<Record<string, string>>
  /** Absent if the context has no credential. */
  credential?: ContextCredential
}

export interface Settings {
  /** In the order of the file. */
  contexts: readonly ContextSettings[]
  /** The name of the current context, by the vendor whose commands it serves. */
  current: Readonly<Partial<Record<string, string>>>
}

/** The target that always exists: it needs no server, no account and no configuration. */
export const EMBEDDED = 'embedded'

/** Return the context of this name that serves the commands of a vendor; undefined for none. */
export function findContext(
  {contexts}: Settings,
  {vendor, name}: {vendor: string; name: string},
): ContextSettings | undefined {
  return contexts.find((context) => context.name === name && [vendor, EMBEDDED].includes(context.vendor))
}
