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

/** What was on screen at that moment of a past: when a draft was left. */
export function knownAt(entries: Entry[], moment: string): Known {
  const at = Date.parse(moment)
  return knownIn(entries.filter((entry) => Date.parse(entry.at) <= at))
}

/** Changes worth knowing before an answer leaves; of the rest nobody writes differently. */
const TELLING = new Set(['assigned', 'moved', 'reopened', 'set_pending', 'put_on_hold', 'resolved', 'closed', 'status_refined', 'merged'])

/** What others wrote or did since: messages, and changes of status, assignee and group. */
export function changesSince(entries: Entry[], known: Known, myId: number | null): Entry[] {
  return entries.filter((entry) => {
    const isMine = entry.author.kind === 'staff' && entry.author.id === myId
    const isTelling = entry.kind !== 'event' || TELLING.has(entry.event?.type.replace(/^tickets\./, '') ?? '')
    return isTelling && !isMine && entry.at >= known.from && !known.ids.has(entry.id)
  })
}
