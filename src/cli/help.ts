import {Help} from '@oclif/core/help'

/** oclif's help, collected instead of printed, so that one writer prints everything. */
export class CollectedHelp extends Help {
  #lines: string[] = []

  /** Help for a command, a topic, or for tokenry itself. */
  async textFor(path: string[]): Promise<string> {
    this.#lines = []
    await this.showHelp(path)
    return `${this.#lines.join('\n').trimEnd()}\n`
  }

  protected override log(...lines: string[]): void {
    this.#lines.push(...lines)
  }
}
