import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'

export interface Command {
  id: string
  /** the words to show, already in the reader's language */
  title: string
  /** heading it stands under, already in the reader's language */
  group: string
  /** further words it is found by */
  keywords?: string
  /** shortcut to show beside it, e.g. "mod+k" */
  keys?: string
  run: () => void
}

type Source = () => Command[]

const sources = shallowReactive(new Set<Source>())

/** Offers commands to the palette for as long as the component lives; `source` may depend on reactive state. */
export function useCommands(source: Source): void {
  sources.add(source)
  onScopeDispose(() => sources.delete(source))
}

export function useAllCommands(): ComputedRef<Command[]> {
  return computed(() => [...sources].flatMap((source) => source()))
}

/** Commands whose words hold every word of the question, best first. */
export function rank(commands: Command[], question: string): Command[] {
  const words = question.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return commands
  return commands
    .map((command) => ({ command, score: scoreOf(command, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ command }) => command)
}

function scoreOf(command: Command, words: string[]): number {
  const title = command.title.toLowerCase()
  const rest = `${command.group} ${command.keywords ?? ''}`.toLowerCase()
  let score = 0
  for (const word of words) {
    if (title.startsWith(word)) score += 4
    else if (title.includes(word)) score += 2
    else if (rest.includes(word)) score += 1
    else return 0
  }
  return score
}
