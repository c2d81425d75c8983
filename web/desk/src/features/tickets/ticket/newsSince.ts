import type { Entry } from '../types'

/** What was on screen at the last look. */
export interface Known {
  ids: ReadonlySet<string>
  /** the earliest moment shown; what is loaded from before it is old, not new */
  from: string
}

export function knownIn(entries: Entry[]): Known {
  return { ids: new Set(entries.map((entry) => entry.id)), from: entries[0]?.at ?? '' }
}

/** What others wrote since the last look: the reason to look before answering. */
export function newsSince(entries: Entry[], known: Known, myId: number | null): Entry[] {
  return entries.filter((entry) => {
    const isMine = entry.author.kind === 'staff' && entry.author.id === myId
    return entry.kind !== 'event' && !isMine && entry.at >= known.from && !known.ids.has(entry.id)
  })
}
