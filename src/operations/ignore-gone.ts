import {AppError, type GoneThing} from '../errors/app-error.ts'

/** What a command with --ignore-not-found returns if what it should end is gone already. */
export interface AlreadyGone {
  gone: true
  /** The id, the name or the e-mail address that named it. Null if it is unknown. */
  wanted: string | null
  /** A sentence for a person. It does not claim that anything was deleted. */
  message: string
}

/**
 * Return the result of `work`. If what it should end is gone already and `ignored` is set, return
 * that instead of throwing NOT_FOUND. Only an error with `details.gone` counts: a place that does
 * not exist is still NOT_FOUND, because it may be mistyped. `verb` is for the message: `delete`.
 */
export async function ignoreGone<Result>(
  {ignored, verb}: {ignored: boolean; verb: string},
  work: () => Promise<Result>,
): Promise<Result | AlreadyGone> {
  try {
    return await work()
  } catch (err) {
    const gone = err instanceof AppError && err.code === 'NOT_FOUND' ? err.details.gone : undefined
    if (!(ignored && gone && err instanceof AppError)) throw err
    return {gone: true, wanted: gone.wanted, message: `${gone.sentence ?? err.message}; nothing to ${verb}`}
  }
}

/**
 * Return the result of `work`. Mark its NOT_FOUND as being about the thing itself, if `isAbout`
 * (default: always).
 */
export async function markGone<Result>(
  gone: GoneThing,
  work: Promise<Result>,
  isAbout: (err: AppError) => boolean | Promise<boolean> = () => true,
): Promise<Result> {
  return work.catch(async (err: unknown) => {
    if (!isNotFound(err) || !(await isAbout(err))) throw err
    throw new AppError('NOT_FOUND', err.message, {...err.details, gone})
  })
}

export function isNotFound(err: unknown): err is AppError {
  return err instanceof AppError && err.code === 'NOT_FOUND'
}
