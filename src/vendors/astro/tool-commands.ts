import type {ToolCommands} from '../../config/vendor-tool.ts'

/**
 * The commands of the `astro` binary that tokenry does not have, and does not plan to have: all of
 * 1.45.0, with those that are hidden or appear only in contexts of APC. Commands of tokens are in
 * contracts/astro-cli.md, section 2. test/conformance/astro/binary-commands.test.ts compares this
 * list with a binary.
 *
 * Missing on purpose, because tokenry has or plans its own: `completion`, `context`, `help`,
 * `login`, `logout`, `auth login`, `auth logout`, and `version`, which is `--version`.
 */
export const ASTRO_COMMANDS: ToolCommands = {
  bin: 'astro',
  below: {
    '': {
      api: {},
      config: {},
      dbt: {},
      deploy: {},
      dev: {aliases: ['d']},
      env: {aliases: ['environment']},
      ide: {},
      otto: {},
      remote: {},
      run: {},
      team: {},
      telemetry: {},
      user: {},
    },
    auth: {
      token: {},
    },
    deployment: {
      adopt: {},
      airflow: {aliases: ['ai']},
      // The binary takes `var` for `variable`, which it lists first.
      variable: {aliases: ['var', 'variables']},
      'airflow-variable': {},
      bundle: {aliases: ['bundles']},
      connection: {aliases: ['con', 'connections']},
      create: {aliases: ['cr']},
      delete: {aliases: ['de']},
      hibernate: {aliases: ['hb']},
      inspect: {aliases: ['in']},
      logs: {aliases: ['log', 'l']},
      pool: {aliases: ['pl', 'pools']},
      runtime: {aliases: ['r']},
      'service-account': {aliases: ['sa']},
      team: {aliases: ['te', 'teams']},
      unadopt: {},
      update: {aliases: ['up']},
      user: {aliases: ['us', 'users']},
      'wake-up': {aliases: ['wu']},
      'worker-queue': {aliases: ['wq', 'worker-queues']},
    },
    organization: {
      'audit-logs': {aliases: ['al']},
      role: {aliases: ['ro', 'roles'], ours: 'role list'},
      switch: {aliases: ['sw']},
      team: {aliases: ['te', 'teams']},
      user: {aliases: ['us', 'users']},
    },
    workspace: {
      create: {aliases: ['cr']},
      delete: {aliases: ['de']},
      'service-account': {aliases: ['sa']},
      switch: {aliases: ['sw']},
      team: {aliases: ['te', 'teams']},
      update: {aliases: ['up']},
      user: {aliases: ['us', 'users']},
    },
  },
}
