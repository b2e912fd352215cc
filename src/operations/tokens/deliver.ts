/**
 * Write a new secret out for the person or script that asked for it, with the result that is
 * printed next to it. Reject if that fails.
 */
export type Deliver<Result> = (secret: string, result: Result, options: DeliverOptions) => Promise<void>

export interface DeliverOptions {
  /**
   * What to do if a signal came before the delivery. `refuse` rejects with CANCELLED or TERMINATED;
   * it is for a caller that can end the new secret. `deliver` writes the secret out anyway; it is
   * for a caller that cannot.
   */
  afterSignal: 'refuse' | 'deliver'
}

/**
 * Print a warning for a person, or add it to the `warnings` of the JSON document. `evenClean`: with
 * --clean-output too.
 */
export type Warn = (text: string, options?: {evenClean?: boolean}) => Promise<void>
