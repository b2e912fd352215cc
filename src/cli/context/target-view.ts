import {EMBEDDED} from '../../config/context-settings.ts'
import type {CredentialResult} from '../../operations/context/context-result.ts'
import type {SourceResult, TargetResult} from '../../operations/context/target-result.ts'
import type {HumanView} from '../../output/human-view.ts'
import {describeCredential} from './context-view.ts'

type Facts = [label: string, value: string | null | undefined][]

/**
 * Return a block of lines for each vendor: where its commands go, and where each fact comes from.
 */
export function renderTargets<Target extends TargetResult>(
  targets: readonly Target[],
  ui: HumanView,
  moreFacts: (target: Target) => Facts = () => [],
): string {
  const blocks = targets.map((target) => {
    const title = ui.colors.bold(ui.done(describeTitle(target)))
    // If there is only one, the error says both.
    const problem = targets.length > 1 ? target.problem : null
    const problemFacts: Facts = [
      ['problem', problem?.message],
      ['fix', problem?.hint],
    ]
    const facts: Facts = [...targetFacts(target), ...moreFacts(target), ...problemFacts]
    return [title, ui.facts(facts)].filter(Boolean).join('\n')
  })
  return blocks.join('\n\n')
}

function describeTitle({vendor, goesTo, context, chosenBy, url}: TargetResult): string {
  if (chosenBy?.from === 'argument') return `The context ${context} of ${vendor}`
  if (goesTo === null) return `Commands of ${vendor} fail`
  if (goesTo === EMBEDDED) return `Commands of ${vendor} go to the embedded service`
  return `Commands of ${vendor} go to ${context === null ? (url?.value ?? goesTo) : `the context ${context}`}`
}

function targetFacts({context, chosenBy, url, places, credential}: TargetResult): Facts {
  return [
    ['context', chosenBy?.from === 'argument' ? null : context],
    ['chosen by', chosenBy && chosenBy.from !== 'argument' ? describeSource(chosenBy) : null],
    ['url', url && `${url.value} (${describeSource(url.source)})`],
    ...places.map(({place, id, source}): [string, string] => [place, `${id} (${describeSource(source)})`]),
    ['credential', url && (credential ? describeUse(credential, url.value) : 'none')],
  ]
}

function describeUse(credential: CredentialResult, url: string): string {
  const {origin} = credential
  const words = describeCredential(credential)
  if (origin === undefined) return words
  return origin === new URL(url).origin ? `${words}, for ${origin}` : `${words}, only for ${origin}: sign in again`
}

function describeSource({from, name}: SourceResult): string {
  if (from === 'default') return 'the default'
  return name ?? from
}
