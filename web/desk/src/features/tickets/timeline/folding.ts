import type { Entry } from '../types'

export type Item =
  | { kind: 'message'; key: string; entry: Entry; isContinued: boolean }
  | { kind: 'changes'; key: string; entries: Entry[] }
  | { kind: 'rating'; key: string; entry: Entry }
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string; count: number }

const CONTINUES_WITHIN = 3 * 60_000

/** The timeline as it is drawn: runs of events folded into one line, days apart, a mark before what is new. */
export function fold(entries: Entry[], seenUntil: string | null, myId: number | null): Item[] {
  const items: Item[] = []
  const news = entries.filter((entry) => isNews(entry, seenUntil, myId))
  let day = ''
  let run: Entry[] = []

  const flush = () => {
    const [first] = run
    if (first) items.push({ kind: 'changes', key: `changes:${first.id}`, entries: run })
    run = []
  }
  for (const entry of entries) {
    const isFirstNew = entry === news[0]
    const thisDay = dayOf(entry.at)
    if (thisDay !== day && (entry.kind !== 'event' || run.length === 0)) {
      flush()
      items.push({ kind: 'day', key: `day:${thisDay}:${entry.id}`, at: entry.at })
      day = thisDay
    }
    if (isFirstNew) {
      flush()
      items.push({ kind: 'new', key: 'new', count: news.length })
    }
    if (entry.kind === 'event' && entry.event?.type !== 'tickets.rated') {
      run.push(entry)
      continue
    }
    flush()
    if (entry.kind === 'event') {
      items.push({ kind: 'rating', key: entry.id, entry })
      continue
    }
    items.push({ kind: 'message', key: entry.id, entry, isContinued: continues(items.at(-1), entry) })
  }
  flush()
  return items
}

/** What somebody else said since we last looked; our own words and mere changes are no news. */
function isNews(entry: Entry, seenUntil: string | null, myId: number | null): boolean {
  if (!seenUntil || entry.kind === 'event' || entry.at <= seenUntil) return false
  return !(entry.author.kind === 'staff' && entry.author.id === myId)
}

/** In a chat one person's quick lines stand under one name. */
function continues(before: Item | undefined, entry: Entry): boolean {
  if (before?.kind !== 'message' || entry.channel_kind !== 'chat') return false
  const last = before.entry
  return (
    last.kind === entry.kind &&
    last.channel_kind === 'chat' &&
    last.author.id === entry.author.id &&
    Date.parse(entry.at) - Date.parse(last.at) < CONTINUES_WITHIN
  )
}

function dayOf(at: string): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`
}
