import {expect} from 'chai'
import {AppError} from '../../src/errors/app-error.ts'
import type {Choice, Prompter} from '../../src/output/prompter.ts'

/**
 * The answer of a person to the question whose message contains `to`. A choice is named by its
 * text.
 */
export type ScriptedAnswer = {to: string; answer: string | boolean | typeof CTRL_C}

export const CTRL_C = Symbol('Ctrl-C')

export function scriptedPrompter(script: ScriptedAnswer[]): Prompter & {verify(): void} {
  const left = [...script]
  function next(message: string): string | boolean {
    const expected = left.shift()
    if (!expected) throw new Error(`unexpected question: ${message}`)
    expect(message).to.contain(expected.to)
    if (expected.answer === CTRL_C) throw new AppError('CANCELLED', 'Cancelled; nothing was changed')
    return expected.answer as string | boolean
  }
  return {
    async input({message, validate, default: proposed}) {
      const text = String(next(message)) || (proposed ?? '')
      const verdict = validate?.(text) ?? true
      if (verdict !== true) throw new Error(`refused: ${verdict}`)
      return text
    },
    async secret({message, validate}) {
      const text = String(next(message))
      const verdict = validate?.(text) ?? true
      if (verdict !== true) throw new Error(`refused: ${verdict}`)
      return text
    },
    async select<T>({message, choices}: {message: string; choices: Choice<T>[]}) {
      const wanted = next(message)
      const choice = choices.find(({name, description}) => `${name} ${description ?? ''}`.includes(String(wanted)))
      if (!choice) throw new Error(`no choice ${String(wanted)} among ${choices.map(({name}) => name).join(', ')}`)
      return choice.value
    },
    async confirm({message}) {
      return next(message) === true
    },
    verify() {
      expect(left, 'answers that were not asked for').to.deep.equal([])
    },
  }
}
