import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import {AppError} from '../../errors/app-error.ts'
import {toRfc3339OrNull} from '../../lib/rfc3339.ts'
import {readUrlVariable} from '../url-variable.ts'
import type {VendorApi} from '../vendor.ts'
import {isMotherDuckHost, MOTHERDUCK_URL, readMotherDuckUrl, URL_VARIABLE} from './base-url.ts'
import {openMotherDuckClient} from './client.ts'
import {checkMotherDuckCredential} from './credential.ts'
import {openAllTokens} from './open-tokens.ts'
import {MOTHERDUCK} from './vendor.ts'

export const MOTHERDUCK_API: VendorApi = {
  defaultUrl: MOTHERDUCK_URL,
  checkUrl: readMotherDuckUrl,
  findUrl({[URL_VARIABLE]: value}) {
    if (value === undefined) return null
    const url = readUrlVariable(value, {
      variable: URL_VARIABLE,
      vendor: MOTHERDUCK,
      defaultUrl: MOTHERDUCK_URL,
      readUrl: readMotherDuckUrl,
      isVendorHost: isMotherDuckHost,
    })
    return {url, source: URL_VARIABLE}
  },
  readCredential(secret, use) {
    const {tokenId, issuer, expiresAtMs, username} = checkMotherDuckCredential(secret, use)
    // A token of MotherDuck itself names no user: `email` is not the username.
    const places = username === undefined ? {} : {user: username}
    return {tokenId, issuer, expiresAt: toRfc3339OrNull(expiresAtMs), places}
  },
  async withTokens(target, machine, {places, use}) {
    const api = await openMotherDuckClient(target, machine, {version: PROGRAM_VERSION})
    try {
      return await use(await openAllTokens({api, capabilities: {}}, places['user']))
    } finally {
      api.close()
    }
  },
  async signIn(target, machine) {
    const api = await openMotherDuckClient(target, machine, {version: PROGRAM_VERSION})
    try {
      await api.listActiveAccounts()
      return {}
    } catch (err) {
      // 403 comes after the check of the token (contracts/motherduck.md, section 3).
      if (!(err instanceof AppError) || err.details.vendorCode !== 'FORBIDDEN') throw err
      return {
        warning:
          'The token is valid, but not the read/write token of an Admin: it can manage little more than the tokens of its own user',
      }
    } finally {
      api.close()
    }
  },
}
