import {textFlag} from './flags.ts'

/** The organization that a command works in, in the group of flags of its help. */
export function organizationFlag(group: string) {
  return {
    'organization-id': {
      ...textFlag('organization-id', {
        description: 'Organization to work in; the only one there is, unless it is given',
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
      description: 'Workspace to work in; the only one there is, unless it is given',
      placeholder: 'ID',
      completes: 'workspace id',
    }),
    helpGroup: 'WORKSPACE',
  },
  ...organizationFlag('WORKSPACE'),
}
