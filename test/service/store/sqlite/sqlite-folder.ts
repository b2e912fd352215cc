import {readdirSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {openSqliteStore} from '../../../../src/service/store/sqlite/open-sqlite-store.ts'
import type {Store} from '../../../../src/service/store/store.ts'
import {NOW, seedStore} from '../store-rows.ts'

/** Open the store in this file. If it is new, fill it with the seed for tests. */
export function openTestStore(file: string) {
  return openSqliteStore({file, seed: seedStore, now: () => NOW})
}

/** Create, use and close a store. */
export async function makeTestStore(file: string, use: (store: Store) => Promise<unknown> = async () => {}) {
  const {store} = await openTestStore(file)
  await use(store)
  await store.close()
}

/** Return every file of a folder with its bytes, to compare before and after. */
export function contentsOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).sort()
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString('base64')]))
}

/** Return the permission bits as for chmod, such as `600`. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}
