import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'

class Hello extends Command {
  static override flags = {name: Flags.string({char: 'n'})}

  async run(): Promise<void> {
    const {flags} = await this.parse(Hello)
    this.log(`hello ${flags.name}`)
  }
}

export const ended = Hello.run(process.argv.slice(2), {
  root: import.meta.dirname,
  pjson: {name: 'hello', version: '1.0.0', oclif: {bin: 'hello'}},
})
