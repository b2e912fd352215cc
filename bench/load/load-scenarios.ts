import type {Options} from 'autocannon'
import {FIRST_WORKSPACE_ID} from '../../test/support/fill-store.ts'
import type {LoadTarget} from './prepare-store.ts'

export type LoadRequest = Options['requests'][number]

export interface LoadScenario {
  name: string
  requests: LoadRequest[]
  /** Whether each connection sends its own part of the requests, and not all of them. */
  split?: boolean
  /** The measured value of the first version, and the goal. */
  before: string
  wanted: string
  /** Further requests that are sent meanwhile. */
  meanwhile?: {requests: LoadRequest[]; connections: number}
  /** The numbers of connections on the smallest store. */
  connections: number[]
  /** The same for each larger store. */
  largeConnections: number[]
  /** Whether the requests are for the bare server, to compare with. */
  isBare?: boolean
  /** How often it is measured at least, because its figures of several stores are compared. */
  roundsMin?: number
}

const PAGE = 20
/** How far a walk goes: 20 000 tokens, then it begins again. */
const WALK_PAGES = 1000

const RATIO = {connections: [1, 32, 256], largeConnections: [32]}
const EACH_STORE = {connections: [32], largeConnections: [32]}
const ONLY_SMALLEST = {connections: [1, 32], largeConnections: []}
const CREATORS = 256

/**
 * Return what is measured on a store. Reads are first, because later scenarios add tokens to the
 * store.
 */
export function loadScenarios(target: LoadTarget): LoadScenario[] {
  return [...readScenarios(target), ...changeScenarios(target)]
}

function readScenarios(target: LoadTarget): LoadScenario[] {
  const {ownerToken, minted, tokens} = target
  const {organizations, page, verify} = requestsFor(target)
  const walk = (sorts: string) =>
    Array.from({length: Math.min(WALK_PAGES, Math.ceil(tokens / PAGE))}, (_, number) =>
      page(`&offset=${number * PAGE}${sorts}`),
    )
  const grown = {before: '', wanted: '', ...EACH_STORE, roundsMin: 3}
  return [
    {name: 'GET organizations', requests: [organizations], before: '0.13', wanted: '>= 0.3', ...RATIO},
    {name: 'POST /verify', requests: [verify(ownerToken)], before: '-', wanted: '>= 0.4', ...RATIO},
    {
      name: 'POST /verify, many tokens',
      requests: minted.map(({secret}) => verify(secret)),
      split: true,
      before: '-',
      wanted: '>= 0.4',
      ...RATIO,
    },
    {
      name: 'a bare route that reads JSON',
      requests: [{...verify(ownerToken), path: '/'}],
      isBare: true,
      before: '',
      wanted: '',
      ...ONLY_SMALLEST,
    },
    {name: 'first page', requests: [page('')], ...grown},
    {name: 'walk by creation', requests: walk(''), ...grown},
    {name: 'walk by name', requests: walk('&sorts=name:asc'), ...grown},
    {
      name: 'page with workspaceId',
      requests: [page(`&workspaceId=${FIRST_WORKSPACE_ID}`)],
      before: '',
      wanted: '',
      connections: [1],
      largeConnections: [1],
    },
  ]
}

function changeScenarios(target: LoadTarget): LoadScenario[] {
  const {organizations, create, rotate} = requestsFor(target)
  const without = [{method: 'GET', path: '/private/v1alpha1/cli/auth-config'}]
  return [
    {name: 'without the store', requests: without, before: '', wanted: '', ...ONLY_SMALLEST},
    {
      name: '... while 256 create',
      requests: without,
      meanwhile: {requests: [create], connections: CREATORS},
      before: 'p99 2400 ms',
      wanted: 'p99 < 20 ms',
      ...ONLY_SMALLEST,
    },
    {
      name: 'rotate',
      // A token cannot be rotated by two requests at the same time.
      requests: target.minted.map(({id}) => rotate(id)),
      split: true,
      before: '0.01',
      wanted: '>= 0.05',
      ...RATIO,
    },
    {name: 'create', requests: [create], before: '0.02', wanted: '>= 0.08', ...RATIO},
    {
      name: 'GET organizations while 4 create',
      requests: [organizations],
      meanwhile: {requests: [create], connections: 4},
      before: '',
      wanted: '',
      ...EACH_STORE,
    },
  ]
}

/** Return the requests to an installation. `query` continues the query of a page. */
export function requestsFor({organizationId, deploymentId, ownerToken}: LoadTarget) {
  const json = {'Content-Type': 'application/json'}
  const headers = {Authorization: `Bearer ${ownerToken}`, ...json}
  const tokens = `/v1/organizations/${organizationId}/tokens`
  const body = {name: 'ci', scope: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}
  return {
    organizations: {method: 'GET', path: '/v1/organizations', headers},
    page: (query: string) => ({method: 'GET', path: `${tokens}?limit=${PAGE}${query}`, headers}),
    verify: (token: string) => ({method: 'POST', path: '/verify', headers: json, body: JSON.stringify({token})}),
    create: {method: 'POST', path: tokens, headers, body: JSON.stringify({...body, tokenExpiryPeriodInDays: 30})},
    rotate: (id: string) => ({method: 'POST', path: `${tokens}/${id}/rotate`, headers}),
  }
}
