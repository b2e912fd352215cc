import {BaseCommand} from '../base-command.ts'
import {relativeTime} from '../lib/relative-time.ts'
import {findToken} from '../operations/astro/find-token.ts'
import {type DeploymentEntity, openDeployment} from '../operations/astro/open-deployment.ts'
import {readSecretFile} from '../output/secret-input.ts'
import type {AstroToken} from '../vendors/astro/api.ts'
import {textFlag} from './flags.ts'

export const deploymentFlags = {
  'deployment-id': {
    ...textFlag('deployment-id', {
      description: 'Deployment to work in; the only one there is, unless it is given',
      placeholder: 'ID',
    }),
    helpGroup: 'DEPLOYMENT',
  },
  'workspace-id': {
    ...textFlag('workspace-id', {description: 'Only deployments of this workspace', placeholder: 'ID'}),
    helpGroup: 'DEPLOYMENT',
  },
}

export const roleFlag = textFlag('role', {
  char: 'r',
  description: 'DEPLOYMENT_ADMIN or the name of a custom role',
  placeholder: 'ROLE',
})

export const tokenFileFlag = textFlag('token-file', {
  description: 'File that holds the value of the token, to find the token by it',
  placeholder: 'FILE',
})

/** What the commands for tokens of a deployment share: which deployment, and which token. */
export abstract class DeploymentCommand<Result> extends BaseCommand<Result> {
  /** The deployment; asked for where there are several and a question may be asked. */
  protected async openDeployment(
    flags: {
      context?: string | undefined
      'deployment-id'?: string | undefined
      'workspace-id'?: string | undefined
    },
    secret?: string,
  ): Promise<DeploymentEntity> {
    const {prompter} = this
    const entity = await openDeployment(this.runtime, {
      context: flags.context,
      deploymentId: flags['deployment-id'],
      workspaceId: flags['workspace-id'],
      secret,
      choose: prompter
        ? (deployments) =>
            prompter.select({
              message: 'Which deployment?',
              choices: deployments.map((value) => ({name: `${value.name} (${value.id})`, value})),
            })
        : undefined,
    })
    await this.trace(`organization ${entity.target.organizationId}, deployment ${entity.id}`)
    if (this.runtime.stderr.isTTY) {
      const {dim} = await this.writer.errColors()
      await this.writer.note(`Deployment ${entity.name} (${entity.id}), context ${entity.target.context}`, dim)
    }
    return entity
  }

  /** The token that the arguments mean; asked for where they leave it open and a question may be asked. */
  protected async pickToken(
    entity: DeploymentEntity,
    wanted: {id?: string | undefined; name?: string | undefined; secret?: string | undefined},
    question: string,
  ): Promise<AstroToken> {
    const {prompter} = this
    return findToken(this.runtime, {
      entity,
      ...wanted,
      choose: prompter
        ? (tokens) =>
            prompter.select({
              message: question,
              choices: tokens.map((value) => ({name: value.name, value, description: this.#describe(value)})),
            })
        : undefined,
    })
  }

  /** The value of the token in --token-file, where it is given. */
  protected async readTokenFile(file: string | undefined): Promise<string | undefined> {
    return file === undefined ? undefined : readSecretFile(file)
  }

  /** `ci (c…, last used 2 hours ago)`, for the questions before something that cannot be undone. */
  protected describeToken({name, id, lastUsedAt}: AstroToken): string {
    return `${name} (${id}, ${this.#lastUse(lastUsedAt)})`
  }

  #lastUse(lastUsedAt: string | undefined): string {
    return lastUsedAt ? `last used ${relativeTime(Date.parse(lastUsedAt), this.runtime.now())}` : 'never used'
  }

  #describe(token: AstroToken): string {
    const now = this.runtime.now()
    const created = relativeTime(Date.parse(token.createdAt), now)
    return `${token.id}, created ${created}, ${this.#lastUse(token.lastUsedAt)}, value …${token.shortToken}`
  }
}
