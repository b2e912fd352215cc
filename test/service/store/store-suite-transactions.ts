import {rejects} from 'node:assert/strict'
import {expect} from 'chai'
import type {Store} from '../../../src/service/store/store.ts'
import {auditRow, ORG, tokenRole, tokenRow, valueRow} from './store-rows.ts'

export function transactionSuite(store: () => Store): void {
  const exists = async (id: string) => (await store().findToken(ORG, 'astro', id)) !== null

  describe('transactions', () => {
    it('keeps everything after the promise has resolved, and returns what the work returned', async () => {
      const result = await store().transaction(async (session) => {
        await session.insertToken(tokenRow({fragment: 'frag-a'}), [tokenRole()])
        await session.insertValue(valueRow('a'))
        await session.insertAudit(auditRow())
        return (await session.findToken(ORG, 'astro', 'token'))?.fragment
      })
      expect(result).to.equal('frag-a')
      expect(await store().findToken(ORG, 'astro', 'token')).to.include({fragment: 'frag-a'})
      expect(await store().listAudit(ORG)).to.have.length(1)
    })

    it('writes nothing if the work throws, and throws the same error', async () => {
      const fault = new Error('no more')
      const failing = store().transaction(async (session) => {
        await session.insertToken(tokenRow(), [tokenRole()])
        await session.insertAudit(auditRow())
        throw fault
      })
      await rejects(failing, (err) => err === fault)
      expect(await exists('token')).to.equal(false)
      expect(await store().listAudit(ORG)).to.deep.equal([])
    })

    it('writes nothing if a statement in it is refused', async () => {
      const failing = store().transaction(async (session) => {
        await session.insertToken(tokenRow(), [])
        await session.insertToken(tokenRow(), [])
      })
      await rejects(failing, {code: 'CONFLICT'})
      expect(await exists('token')).to.equal(false)
    })

    it('continues in a transaction after a name that was taken', async () => {
      await store().transaction(async (session) => {
        expect(await session.insertToken(tokenRow({uniqueName: 'ci'}), [])).to.equal(true)
        expect(await session.insertToken(tokenRow({id: 'second', uniqueName: 'ci'}), [])).to.equal(false)
        expect(await session.insertToken(tokenRow({id: 'third'}), [tokenRole()])).to.equal(true)
        await session.replaceTokenRoles(ORG, 'third', [])
      })
      expect(await exists('token')).to.equal(true)
      expect(await exists('third')).to.equal(true)
    })

    it('rolls back what a call of several statements has written in it', async () => {
      await rejects(
        store().transaction(async (session) => {
          await session.insertToken(tokenRow(), [tokenRole()])
          throw new Error('no more')
        }),
      )
      expect(await store().deleteEntityRoles(ORG, 'DEPLOYMENT', 'dep')).to.deep.equal([])
    })

    it('runs after a failed one', async () => {
      await rejects(store().transaction(() => Promise.reject(new Error('no'))))
      await store().transaction((session) => session.insertToken(tokenRow(), []))
      expect(await exists('token')).to.equal(true)
    })

    it('runs one transaction after the other, so that no change is lost', async () => {
      await store().insertToken(tokenRow(), [])
      const addOne = () =>
        store().transaction(async (session) => {
          const token = await session.findToken(ORG, 'astro', 'token')
          if (!token) throw new Error('gone')
          await new Promise(setImmediate)
          return session.updateToken(token, {
            ...token,
            description: `${token.description}x`,
            revision: token.revision + 1,
          })
        })
      expect(await Promise.all(Array.from({length: 20}, addOne))).to.deep.equal(Array(20).fill(true))
      expect(await store().findToken(ORG, 'astro', 'token')).to.include({description: 'x'.repeat(20), revision: 21})
    })

    it('hides uncommitted changes from everyone outside', async () => {
      let resume = () => {}
      const paused = new Promise<void>((resolve) => {
        resume = resolve
      })
      let wrote = () => {}
      const written = new Promise<void>((resolve) => {
        wrote = resolve
      })
      const transaction = store().transaction(async (session) => {
        await session.insertToken(tokenRow(), [])
        wrote()
        await paused
        throw new Error('no more')
      })
      await written
      const outside = exists('token')
      const wroteOutside = store().insertToken(tokenRow({id: 'outside'}), [])
      resume()
      await rejects(transaction)
      expect(await outside).to.equal(false)
      expect(await wroteOutside).to.equal(true)
      expect(await exists('outside')).to.equal(true)
    })
  })
}
