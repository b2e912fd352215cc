import {toRfc3339} from '../../lib/rfc3339.ts'
import {escapeControl} from '../../output/escape.ts'
import type {TokenRecord} from '../../vendors/token-port.ts'
import {readEndState, summariseEnds} from './ends.ts'
import {MARKS, placeOnScale} from './timeline.ts'

type Row = Pick<TokenRecord, 'id' | 'name' | 'expiresAt'>

/**
 * Return a page with a bar for each token, from now to its end. The page stands alone: no script,
 * nothing from elsewhere, and a policy that forbids both. It is readable without colour, in a light
 * and in a dark window, and on paper. It holds names and ids, and never a secret.
 */
export function buildTimelinePage(tokens: readonly Row[], {title, nowMs}: {title: string; nowMs: number}): string {
  const rows = tokens.map((token) => buildRow(token, nowMs)).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(summariseEnds(tokens, nowMs))}, as of <time>${toRfc3339(nowMs)}</time>. The scale is not linear.</p>
<table>
<thead><tr><th scope="col">Token</th><th scope="col" class="scale"><span class="marks">${buildMarks()}</span></th><th scope="col">Ends</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</body>
</html>
`
}

const STYLE = `
:root { color-scheme: light dark; --line: #777; --bar: #3b6fb5; --soon: #b36b00; --expired: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --line: #999; --bar: #7fb0f0; --soon: #f0b040; --expired: #ff8a80; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: middle; }
td:first-child { overflow-wrap: anywhere; max-width: 18rem; }
small { display: block; opacity: .75; overflow-wrap: anywhere; }
.scale { width: 50%; }
.marks { display: flex; justify-content: space-between; font-weight: normal; }
.track { border: 1px solid var(--line); height: 1rem; }
.bar { background: var(--bar); height: 100%; print-color-adjust: exact; }
.soon .bar { background: var(--soon); }
.expired .track { border-style: dashed; border-color: var(--expired); }
.state { font-weight: bold; }
h1 { font-size: 1.5rem; }
td time { display: block; white-space: nowrap; }
@media (max-width: 40rem) { .scale { width: 30%; } .marks span:nth-child(even) { display: none; } }
`

const CLASSES = {expired: 'expired', 'ends soon': 'soon', 'ends later': '', 'never ends': 'never', 'not reported': ''}

function buildMarks(): string {
  return MARKS.map(({label}) => `<span>${label}</span>`).join('')
}

function buildRow(token: Row, nowMs: number): string {
  const {id, name, expiresAt} = token
  const state = readEndState(token, nowMs)
  const percent = expiresAt === undefined ? 0 : Math.round(placeOnScale(expiresAt, nowMs) * 1000) / 10
  const shownId = id === undefined ? '' : `<small>${escapeHtml(id)}</small>`
  const time = expiresAt ? ` <time datetime="${escapeHtml(expiresAt)}">${escapeHtml(expiresAt)}</time>` : ''
  const bar = `<div class="track" role="img" aria-label="${state}"><div class="bar" style="width:${percent}%"></div></div>`
  return `<tr class="${CLASSES[state]}"><td>${escapeHtml(name)}${shownId}</td><td>${bar}</td><td><span class="state">${state}</span>${time}</td></tr>`
}

function escapeHtml(text: string): string {
  return escapeControl(text).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
