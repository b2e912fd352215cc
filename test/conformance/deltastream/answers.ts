import * as z from 'zod'

// What an answer holds, from contracts/deltastream.md, section 1.3. Other fields are not allowed:
// `dataplaneRequest` would change what a client does.

/** As the Go driver reads it: `2024-07-11 20:37:17Z`. */
const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z$/

const CELL_OF: Record<string, RegExp> = {VARCHAR: /^/, TIMESTAMP_LTZ: TIME, BOOLEAN: /^(?:true|false)$/}

const COLUMN = z.strictObject({
  name: z.string().min(1),
  type: z.enum(['VARCHAR', 'TIMESTAMP_LTZ', 'BOOLEAN']),
  nullable: z.boolean(),
  display_hint: z.literal('nowrap').optional(),
})

const CONTEXT = z.strictObject({
  organizationID: z.uuid(),
  roleName: z.string().min(1),
  databaseName: z.string().min(1).optional(),
  schemaName: z.string().min(1).optional(),
  storeName: z.string().min(1).optional(),
  computePoolName: z.string().min(1).optional(),
})

/** A result that all drivers can read. */
export const RESULT_SET = z
  .strictObject({
    sqlState: z.string().regex(/^[0-9A-Z]{5,6}$/),
    message: z.string().min(1).optional(),
    statementID: z.uuid(),
    statementIDs: z.array(z.uuid()).min(2).optional(),
    createdOn: z.int(),
    metadata: z.strictObject({
      encoding: z.literal('json'),
      partitionInfo: z.array(z.strictObject({rowCount: z.int().min(0)})),
      columns: z.array(COLUMN),
      context: CONTEXT,
    }),
    data: z.array(z.array(z.string().nullable())),
  })
  .refine(({sqlState, message}) => (sqlState === '00000') === (message === undefined), 'only a failure has a message')
  .refine(({sqlState}) => sqlState !== '03000', 'a 200 is complete')
  .refine(
    ({sqlState, metadata: {partitionInfo}, data}) =>
      sqlState === '00000'
        ? partitionInfo.length === 1 && partitionInfo[0]?.rowCount === data.length
        : partitionInfo.length === 0 && data.length === 0,
    'the partitions count the rows',
  )
  .refine(
    ({metadata: {columns}, data}) =>
      data.every(
        (row) =>
          row.length === columns.length &&
          row.every((cell, index) => {
            const {type = '', nullable = false} = columns[index] ?? {}
            return cell === null ? nullable : CELL_OF[type]?.test(cell)
          }),
      ),
    'each cell fits its column',
  )

export const VERSION = z.strictObject({major: z.int(), minor: z.int(), patch: z.int()})

/** The Go driver uses the text as a format. */
export const ERROR = z.strictObject({message: z.string().regex(/^[^%]+$/)})
