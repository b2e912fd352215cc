import type {Store} from '../../../src/service/store/store.ts'
import {countSuite, pageStartSuite} from './store-suite-counts.ts'
import {directorySuite} from './store-suite-directory.ts'
import {keySuite} from './store-suite-keys.ts'
import {listSuite} from './store-suite-lists.ts'
import {tokenSuite} from './store-suite-tokens.ts'
import {transactionSuite} from './store-suite-transactions.ts'
import {valueSuite} from './store-suite-values.ts'

export interface StoreEngine {
  name: string
  /** Open a new store that `seedStore` has filled. The suite closes it. */
  open(): Promise<Store>
}

/** The guarantees of every engine behind the store interface. */
export function storeSuite(engine: StoreEngine): void {
  describe(`store on ${engine.name}`, () => {
    let opened: Store
    beforeEach(async () => {
      opened = await engine.open()
    })
    afterEach(() => opened.close())

    const store = () => opened
    directorySuite(store)
    keySuite(store)
    tokenSuite(store)
    valueSuite(store)
    listSuite(store)
    countSuite(store)
    pageStartSuite(store)
    transactionSuite(store)
  })
}
