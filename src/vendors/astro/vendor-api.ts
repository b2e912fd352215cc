import {readApiUrl} from '../../config/api-url.ts'
import {PROGRAM_VERSION} from '../../config/user-agent.ts'
import {AppError} from '../../errors/app-error.ts'
import {toRfc3339OrNull} from '../../lib/rfc3339.ts'
import type {CredentialFacts, VendorApi} from '../vendor.ts'
import {ASTRO_URL, readAstroBaseUrl} from './base-url.ts'
import {openAstroClient} from './client.ts'
import {type AstroClaims, checkAstroCredential} from './credential.ts'
import {openAllTokens} from './open-tokens.ts'

export const ASTRO_API: VendorApi = {
  defaultUrl: ASTRO_URL,
  checkUrl(text) {
    const url = readApiUrl(text)
    if (url.pathname.endsWith('/v1')) return url
    throw new AppError('CONFIG', `The URL at ${url.host} does not end in /v1, as the URL of the API does`, {
      hint: `Give the whole base URL, such as ${ASTRO_URL}`,
    })
  },
  findUrl({ASTRO_DOMAIN: domain}) {
    return domain === undefined ? null : {url: readAstroBaseUrl(domain), source: 'ASTRO_DOMAIN'}
  },
  readCredential: (secret, use) => toFacts(checkAstroCredential(secret, use)),
  async withTokens(target, machine, {places, warn, use}) {
    const api = await openAstroClient(target, machine, {version: PROGRAM_VERSION})
    try {
      return await use(await openAllTokens({api, capabilities: {}, warn}, places['organization']))
    } finally {
      api.close()
    }
  },
  async signIn(target, machine) {
    const api = await openAstroClient(target, machine, {version: PROGRAM_VERSION})
    try {
      await api.listOrganizations({offset: 0, limit: 1})
      return {}
    } finally {
      api.close()
    }
  },
}

function toFacts({tokenId, subject, issuer, expiresAtMs, ...claims}: AstroClaims): CredentialFacts {
  const places = {
    organization: claims.organizationId,
    workspace: claims.workspaceId,
    deployment: claims.deploymentId,
  }
  const named = Object.entries(places).filter(([, id]) => id !== undefined)
  return {
    tokenId,
    ...(tokenId === undefined && subject !== undefined ? {subject} : {}),
    issuer,
    expiresAt: toRfc3339OrNull(expiresAtMs),
    places: Object.fromEntries(named),
  }
}
