/** What of the machine decides where a command goes. */
export interface ToolSource {
  env: Record<string, string | undefined>
  homeFolder: string
}

/** An environment variable. */
export interface Variable {
  readonly name: string
  /** What it does, for `help environment`. */
  readonly meaning: string
}

/** The traces of a vendor's own tool. */
export interface VendorTool {
  /** Variables that hold a credential; the first that is set counts. */
  readonly credentials: readonly Variable[]
  /** Variables that mean nothing without a credential. */
  readonly companions: readonly Variable[]
  readonly session: {
    /** Variables that decide where the file is. */
    readonly variables: readonly Variable[]
    /** Return the file in which the tool keeps its session; null if there can be none. */
    findFile(source: ToolSource): string | null
    /** Return whether the content of that file is one of a person who is signed in. */
    isSignedIn(content: string): boolean
  }
}
