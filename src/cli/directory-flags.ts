import {textFlag} from './flags.ts'

/** Return --organization-id, in this group of flags of the help. */
export function organizationFlag(group: string) {
  return {
    'organization-id': {
      ...textFlag('organization-id', {
        description: 'Organization to use, by id or name (default: the only one)',
        placeholder: 'ID',
        completes: 'organization id',
      }),
      helpGroup: group,
    },
  }
}

export const organizationFlags = organizationFlag('ORGANIZATION')

export const workspaceFlags = {
  'workspace-id': {
    ...textFlag('workspace-id', {
      description: 'Workspace to use, by id or name (default: the only one)',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    helpGroup: 'WORKSPACE',
  },
  ...organizationFlag('WORKSPACE'),
}
