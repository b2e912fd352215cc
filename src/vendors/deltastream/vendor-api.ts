import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import {toRfc3339OrNull} from '../../lib/rfc3339.ts'
import {present} from '../answer-fields.ts'
import {readUrlVariable} from '../url-variable.ts'
import type {VendorApi} from '../vendor.ts'
import {DELTASTREAM_URL, isDeltaStreamHost, readDeltaStreamUrl, URL_VARIABLE} from './base-url.ts'
import {openDeltaStreamClient} from './client.ts'
import {checkDeltaStreamCredential} from './credential.ts'
import {readSession} from './session.ts'
import {deltaStreamTokenPort} from './token-port.ts'
import {DELTASTREAM} from './vendor.ts'

export const DELTASTREAM_API: VendorApi = {
  defaultUrl: DELTASTREAM_URL,
  checkUrl: readDeltaStreamUrl,
  findUrl({[URL_VARIABLE]: value}) {
    if (value === undefined) return null
    const url = readUrlVariable(value, {
      variable: URL_VARIABLE,
      vendor: DELTASTREAM,
      defaultUrl: DELTASTREAM_URL,
      readUrl: readDeltaStreamUrl,
      isVendorHost: isDeltaStreamHost,
    })
    return {url, source: URL_VARIABLE}
  },
  readCredential(secret, use) {
    const {tokenId, subject, issuer, expiresAtMs, organization, role} = checkDeltaStreamCredential(secret, use)
    const places = {...present('organization', organization), ...present('role', role)}
    return {tokenId, subject, issuer, expiresAt: toRfc3339OrNull(expiresAtMs), places}
  },
  async withTokens(target, machine, {places, use}) {
    const api = await openDeltaStreamClient(target, machine, {version: PROGRAM_VERSION})
    try {
      return await use([deltaStreamTokenPort({api, capabilities: {}, session: readSession(places)})])
    } finally {
      api.close()
    }
  },
  async signIn(target, machine) {
    const api = await openDeltaStreamClient(target, machine, {version: PROGRAM_VERSION})
    try {
      await api.getVersion()
      return {}
    } finally {
      api.close()
    }
  },
}
