// The smallest program that creates a token over HTTP as `deployment token create` does: the same
// three requests, the last one on a new connection.
import {writeSync} from 'node:fs'
import {Agent, request} from 'node:http'

const shared = new Agent({keepAlive: true})
const base = `http://${process.env['ASTRO_DOMAIN']}/v1/organizations`
const [deploymentId = ''] = process.argv.slice(2)

void createToken()

async function createToken(): Promise<void> {
  const {organizations} = JSON.parse(await send('GET', '?limit=1000&offset=0'))
  const path = `/${organizations[0].id}`
  await send('GET', `${path}/deployments?deploymentIds=${deploymentId}&limit=1000&offset=0`)
  const token = {name: 'ci', scope: 'DEPLOYMENT', entityId: deploymentId, role: 'DEPLOYMENT_ADMIN'}
  const created = await send('POST', `${path}/tokens`, JSON.stringify({...token, tokenExpiryPeriodInDays: 30}))
  writeSync(1, `${JSON.parse(created).token}\n`)
}

function send(method: string, path: string, body?: string): Promise<string> {
  const headers = {Authorization: `Bearer ${process.env['ASTRO_API_TOKEN']}`, 'Content-Type': 'application/json'}
  const agent = body === undefined ? shared : new Agent()
  return new Promise((resolve, reject) => {
    const req = request(`${base}${path}`, {method, headers, agent}, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('end', () => resolve(Buffer.concat(chunks).toString()))
    })
    req.on('error', reject)
    req.end(body)
  })
}
