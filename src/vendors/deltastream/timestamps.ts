import {AppError} from '../../errors/app-error.ts'
import {readTime} from '../answer-fields.ts'

/**
 * A time with its zone, as the service, its documentation and its clients write it
 * (contracts/deltastream.md, section 6.4): `2024-07-11 20:37:17Z`, `2024-07-11T20:37:17.5+02:00`,
 * `2024-07-11 20:37:17 +0000 UTC`. Without a zone, it is not one point in time.
 */
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?) ?(?:Z|([+-]\d{2}):?(\d{2})(?: [A-Z+-][\w+-]{0,5})?)$/

/**
 * Return the time of a cell in our form: RFC 3339 in UTC, whole seconds, rounded down. Null for
 * NULL, and for the year 1, which older services write for "never". UPSTREAM for any other text.
 */
export function parseTimestamp(cell: string | null): string | null {
  if (cell === null) return null
  const [, date = '', time = '', hours, minutes = '00'] = TIMESTAMP.exec(cell.trim()) ?? []
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`
  try {
    const parsed = readTime({time: `${date}T${time}${zone}`}, 'time')
    // In a zone other than UTC, only one of the two is in the year 1.
    return [date, parsed].some((text) => text.startsWith('0001-')) ? null : parsed
  } catch (cause) {
    // The text is not repeated: a service may answer with what it was sent, the credential too.
    throw new AppError('UPSTREAM', 'DeltaStream answered with a time that cannot be read', {
      vendor: 'deltastream',
      cause,
      hint: 'Try again; if it stays so, ask DeltaStream',
    })
  }
}
