import type { Entry, TicketPage } from '@/app/api/types'

type Timeline = TicketPage['timeline']

/** Events and messages are numbered apart. */
export function entryKey(entry: Entry): string {
  return `${entry.kind === 'event' ? 'event' : 'message'}:${entry.id}`
}

/** The latest stretch laid over what is already known, so that earlier messages once loaded stay. */
export function mergeTimeline(known: Timeline | undefined, fresh: Timeline): Timeline {
  if (!known?.items.length || !fresh.items.length) return fresh
  const freshKeys = new Set(fresh.items.map(entryKey))
  const meeting = known.items.findIndex((entry) => freshKeys.has(entryKey(entry)))
  if (meeting < 0) return fresh // so much was said meanwhile that there is a gap: begin anew
  const earlier = known.items.slice(0, meeting)
  return { items: [...earlier, ...fresh.items], before_cursor: earlier.length ? known.before_cursor : fresh.before_cursor }
}

export function prependEarlier(known: Timeline, earlier: Timeline): Timeline {
  const keys = new Set(known.items.map(entryKey))
  return { items: [...earlier.items.filter((entry) => !keys.has(entryKey(entry))), ...known.items], before_cursor: earlier.before_cursor }
}
