import {EntityCommand, tokenArgument} from '../../../cli/astro/entity-command.ts'
import {organizationFlags} from '../../../cli/astro/entity-flags.ts'
import {listingFlags, tokenNameFlag} from '../../../cli/flags.ts'
import type {HumanView} from '../../../output/human-view.ts'
import type {AstroTokenRole} from '../../../vendors/astro/api.ts'

export default class OrganizationTokenRoles extends EntityCommand<AstroTokenRole[]> {
  static override summary = 'List every role of an Organization API token'
  static override args = tokenArgument
  static override flags = {...organizationFlags, name: tokenNameFlag, ...listingFlags}
  static override examples = ['<%= config.bin %> <%= command.id %> --name ops']

  protected readonly scope = 'ORGANIZATION'

  protected async execute(): Promise<AstroTokenRole[]> {
    const {args, flags} = await this.parseFlags(this.parse(OrganizationTokenRoles))
    const entity = await this.openEntity(flags)
    const {roles} = await this.pickToken({entity, idOrName: args.id, name: flags.name}, 'Roles of which API token?')
    return roles
  }

  protected render(roles: AstroTokenRole[], ui: HumanView): Promise<string> {
    const columns = [
      {header: 'ENTITY_TYPE', value: ({entityType}: AstroTokenRole) => entityType},
      {header: 'ENTITY_ID', value: ({entityId}: AstroTokenRole) => entityId, id: true},
      {header: 'ROLE', value: ({role}: AstroTokenRole) => role},
      {header: 'DEPLOYMENT', value: ({deploymentId}: AstroTokenRole) => deploymentId ?? '', shrink: true},
    ]
    return ui.table(columns, roles)
  }
}
