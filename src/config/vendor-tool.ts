/** The parts of the machine that decide where a command goes. */
export interface ToolSource {
  env: Record<string, string | undefined>
  homeFolder: string
}

/** An environment variable. */
export interface Variable {
  readonly name: string
  /** What the variable does, for `help environment`. */
  readonly meaning: string
}

/** The traces that a vendor's own tool leaves on this machine. */
export interface VendorTool {
  /** Variables that hold a credential. The first one that is set is used. */
  readonly credentials: readonly Variable[]
  /** Variables that have no meaning without a credential. */
  readonly companions: readonly Variable[]
  readonly session: {
    /** Variables that decide where the file is. */
    readonly variables: readonly Variable[]
    /** Return the file in which the tool keeps its session; null if there can be none. */
    findFile(source: ToolSource): string | null
    /** Return whether the content of that file is from a person who is signed in. */
    isSignedIn(content: string): boolean
    /** A shell line that lets tokenry use the session: it sets a variable for the credential. */
    readonly useLine: string
  }
  /**
   * Load the commands of the tool that tokenry does not have. Absent if the tool has none. Loaded
   * only if argv has an unknown command.
   */
  readonly loadCommands?: () => Promise<ToolCommands>
}

/**
 * Commands of a vendor's own tool that tokenry does not have, for the error that names the tool.
 */
export interface ToolCommands {
  /** The name of the program, as typed. */
  readonly bin: string
  /**
   * The commands and topics, by the words before them; '' for the first word of a command line. The
   * words are those of tokenry, without aliases.
   */
  readonly below: Readonly<Record<string, Readonly<Record<string, ToolCommand>>>>
}

export interface ToolCommand {
  readonly aliases?: readonly string[]
  /** The command of tokenry that does the same: `role list`. Absent if there is none. */
  readonly ours?: string
}
