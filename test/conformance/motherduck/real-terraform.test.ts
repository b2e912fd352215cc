import {statSync, writeFileSync} from 'node:fs'
import {delimiter, dirname, join} from 'node:path'
import {expect} from 'chai'
import type {HttpServer} from '../../../src/service/http/node.ts'
import {type MotherDuckHttp, openMotherDuckHttp} from '../../support/motherduck-http.ts'
import {tempFolder} from '../../support/temp-folder.ts'
import {type ClientRun, runClient} from './run-client.ts'

/**
 * The path of the community provider for Terraform (terraform-provider-motherduck), built from
 * source. `terraform`, else `tofu`, runs it. The repository contains no part of it.
 */
const PROVIDER = process.env['TEST_TERRAFORM_MOTHERDUCK']

const MAIN = `
terraform {
  required_providers {
    motherduck = { source = "registry.terraform.io/jpig18/motherduck" }
  }
}
provider "motherduck" {}
resource "motherduck_service_account" "etl" {
  username        = "etl"
  deletion_policy = "cascade"
}
resource "motherduck_token" "ci" {
  username    = motherduck_service_account.etl.username
  name        = "ci"
  ttl_seconds = 86400
}
resource "motherduck_token" "bi" {
  username   = motherduck_service_account.etl.username
  name       = "bi"
  token_type = "read_scaling"
}
resource "motherduck_duckling_config" "etl" {
  username = motherduck_service_account.etl.username
  read_write {
    instance_size    = "jumbo"
    cooldown_seconds = 300
  }
  read_scaling {
    instance_size = "pulse"
    flock_size    = 2
  }
}
data "motherduck_tokens" "etl" {
  username   = motherduck_service_account.etl.username
  depends_on = [motherduck_token.ci, motherduck_token.bi]
}
data "motherduck_active_accounts" "all" {}
output "ci" {
  value     = motherduck_token.ci.token
  sensitive = true
}
output "listed" {
  value = length(data.motherduck_tokens.etl.tokens)
}
`

if (!PROVIDER) console.log('Skipped: the real Terraform provider, because TEST_TERRAFORM_MOTHERDUCK is not set')
else
  describe('the real Terraform provider', () => {
    let http: MotherDuckHttp
    let server: HttpServer
    let cwd = ''
    beforeEach(async () => {
      http = await openMotherDuckHttp({inMemory: true, nowMs: Date.now()})
      server = await http.listen()
      cwd = tempFolder()
      writeFileSync(join(cwd, 'main.tf'), MAIN)
      const overrides = `dev_overrides { "registry.terraform.io/jpig18/motherduck" = ${JSON.stringify(dirname(PROVIDER))} }`
      writeFileSync(join(cwd, 'cli.tfrc'), `provider_installation {\n${overrides}\n}\n`)
    })
    afterEach(async () => {
      await server.stop(0)
      await http.service.close()
    })

    function terraform(...args: string[]): Promise<ClientRun> {
      return runClient(findTerraform(), args, {
        cwd,
        env: {
          TF_CLI_CONFIG_FILE: join(cwd, 'cli.tfrc'),
          CHECKPOINT_DISABLE: '1',
          TF_IN_AUTOMATION: '1',
          MOTHERDUCK_API_TOKEN: http.adminToken.token,
          MOTHERDUCK_API_BASE_URL: `http://127.0.0.1:${server.port}`,
        },
      })
    }

    async function succeed(...args: string[]): Promise<string> {
      const {exitCode, stdout, stderr} = await terraform(...args)
      expect(exitCode, `${stdout}${stderr}`).to.equal(0)
      return stdout
    }

    it('creates, refreshes and destroys a service account, its tokens and its ducklings', async () => {
      await succeed('apply', '-auto-approve', '-no-color')
      const {tokens} = await http.owner.listTokens('etl')
      expect(tokens.map(({name, token_type: type}) => `${name} ${type}`)).to.have.members([
        'ci read_write',
        'bi read_scaling',
      ])
      expect(await http.owner.getDucklings('etl')).to.deep.equal({
        read_write: {instance_size: 'jumbo', cooldown_seconds: 300},
        read_scaling: {instance_size: 'pulse', flock_size: 2},
      })
      const {ci, listed} = JSON.parse(await succeed('output', '-json'))
      expect((await http.service.verify(ci.value)).valid).to.equal(true)
      expect(listed.value).to.equal(2)

      // Exit code 0: nothing to change; 2: something.
      await succeed('plan', '-detailed-exitcode', '-no-color')
      await http.owner.deleteToken('etl', 'ci')
      const plan = await terraform('plan', '-detailed-exitcode', '-no-color')
      expect(plan.exitCode, plan.stderr).to.equal(2)
      expect(plan.stdout).to.contain('motherduck_token.ci will be created')

      await succeed('destroy', '-auto-approve', '-no-color')
      expect((await http.owner.listUsers({})).users.map(({username}) => username)).to.deep.equal(['admin'])
      expect((await http.service.verify(ci.value)).valid).to.equal(false)
    })

    it('reports a refusal with its code and issue', async () => {
      await http.owner.createUser({username: 'etl'})
      const {exitCode, stderr} = await terraform('apply', '-auto-approve', '-no-color')
      expect(exitCode).to.equal(1)
      expect(stderr).to.contain('BAD_REQUEST').and.contain('already taken')
    })
  })

function findTerraform(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = ['terraform', 'tofu']
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((file) => statSync(file, {throwIfNoEntry: false})?.isFile())
  if (found === undefined)
    throw new Error('TEST_TERRAFORM_MOTHERDUCK is set, but terraform and tofu are not on the path')
  return found
}
