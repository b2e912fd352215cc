import {AppError} from '../../errors/app-error.ts'

/** More changes wait for the store than it can make in a few seconds. Nothing was changed. */
export class StoreBusyError extends AppError {
  constructor(waiting: number) {
    super('TIMEOUT', `${waiting} changes wait for the store; no further one is accepted`, {
      hint: 'Run the command again in a few seconds',
    })
  }
}
