import type { Entry } from '../types'

/** What others wrote after a moment: the reason to look before answering. */
export function newsSince(entries: Entry[], known: ReadonlySet<string>, myId: number | null): Entry[] {
  return entries.filter((entry) => entry.kind !== 'event' && !known.has(entry.id) && !(entry.author.kind === 'staff' && entry.author.id === myId))
}
