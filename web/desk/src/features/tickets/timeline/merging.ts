import type { Timeline } from '../types'

/** The latest stretch laid over what is already known, so that earlier messages once loaded stay. */
export function mergeTimeline(known: Timeline | undefined, fresh: Timeline): Timeline {
  if (!known?.items.length || !fresh.items.length) return fresh
  const freshIds = new Set(fresh.items.map((entry) => entry.id))
  const meeting = known.items.findIndex((entry) => freshIds.has(entry.id))
  if (meeting < 0) return fresh // so much was said meanwhile that there is a gap: begin anew
  const earlier = known.items.slice(0, meeting)
  return { items: [...earlier, ...fresh.items], before_cursor: earlier.length ? known.before_cursor : fresh.before_cursor }
}

export function prependEarlier(known: Timeline, earlier: Timeline): Timeline {
  const ids = new Set(known.items.map((entry) => entry.id))
  return { items: [...earlier.items.filter((entry) => !ids.has(entry.id)), ...known.items], before_cursor: earlier.before_cursor }
}
