import type {Options} from 'autocannon'

/** The installation that is served, and the token of its owner. */
export interface LoadTarget {
  organizationId: string
  deploymentId: string
  ownerToken: string
  /** Tokens to rotate. A token cannot be rotated by two requests at the same time. */
  tokenIds: string[]
  tokens: number
}

type Request = Options['requests'][number]

export interface LoadScenario {
  name: string
  requests: Request[]
  /** The measured value and the goal of issue and design.md, at 32 connections. */
  before: string
  wanted: string
  /** Further requests that are sent meanwhile, over 256 connections. */
  meanwhile?: Request[]
}

const PAGE = 20
const WALK_PAGES = 50

/** Return what is measured on every store. */
export function loadScenarios({
  organizationId,
  deploymentId,
  ownerToken,
  tokenIds,
  tokens,
}: LoadTarget): LoadScenario[] {
  const headers = {Authorization: `Bearer ${ownerToken}`, 'Content-Type': 'application/json'}
  const base = `/v1/organizations/${organizationId}/tokens`
  const body = JSON.stringify({
    name: 'ci',
    scope: 'DEPLOYMENT',
    entityId: deploymentId,
    role: 'DEPLOYMENT_ADMIN',
    tokenExpiryPeriodInDays: 30,
  })
  const create = [{method: 'POST', path: base, headers, body}]
  const walk = (sorts: string) =>
    Array.from({length: Math.min(WALK_PAGES, tokens / PAGE)}, (_, page) => ({
      method: 'GET',
      path: `${base}?limit=${PAGE}&offset=${page * PAGE}${sorts}`,
      headers,
    }))
  const rotate = tokenIds.map((id) => ({method: 'POST', path: `${base}/${id}/rotate`, headers}))
  const verify = [
    {
      method: 'POST',
      path: '/verify',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({token: ownerToken}),
    },
  ]
  const without = [{method: 'GET', path: '/private/v1alpha1/cli/auth-config'}]
  return [
    {name: 'create', requests: create, before: '0.02', wanted: '>= 0.08'},
    {name: 'rotate', requests: rotate, before: '0.01', wanted: '>= 0.05'},
    {
      name: 'GET organizations',
      requests: [{method: 'GET', path: '/v1/organizations', headers}],
      before: '0.13',
      wanted: '>= 0.3',
    },
    {name: 'POST /verify', requests: verify, before: '-', wanted: '>= 0.4'},
    {name: 'first page', requests: walk('').slice(0, 1), before: '', wanted: ''},
    {name: 'walk by creation', requests: walk(''), before: '', wanted: ''},
    {name: 'walk by name', requests: walk('&sorts=name:asc'), before: '', wanted: ''},
    {name: 'without the store', requests: without, before: '', wanted: ''},
    {
      name: '... while 256 create',
      requests: without,
      meanwhile: create,
      before: 'p99 2400 ms',
      wanted: 'p99 < 20 ms',
    },
  ]
}
