/**
 * Hand a secret over to the one who asked for it, with the result that is printed next to it. Rejects
 * if that failed. `undoable` means that the caller can undo what it made: then it also rejects, with
 * CANCELLED or TERMINATED, if a signal has come.
 */
export type Deliver<Result> = (secret: string, result: Result, options?: {undoable: boolean}) => Promise<void>

/** Warn a person, or add to the `warnings` of the document. */
export type Warn = (text: string) => Promise<void>
