import type { TicketRow } from '../types'

/** One page as it was fetched: the rows that follow `cursor`. */
export interface RowPage {
  cursor: string | null
  rows: TicketRow[]
  next: string | null
}

/** What is known of a view: its pages, and what changed since they were drawn. */
export interface RowList {
  pages: RowPage[]
  /** rows that belong elsewhere now; they stay, dimmed, until the list is drawn anew */
  gone: ReadonlySet<number>
  /** rows that would stand further up, or are new, if the list were drawn anew */
  pending: ReadonlySet<number>
}

export const nothing: ReadonlySet<number> = new Set()

export function listOf(pages: RowPage[]): RowList {
  return { pages, gone: nothing, pending: nothing }
}

/** The rows in order, each once: keyset pages overlap when a row moves between two fetches. */
export function rowsOf(list: RowList | undefined): TicketRow[] {
  const seen = new Set<number>()
  const rows: TicketRow[] = []
  for (const page of list?.pages ?? []) {
    for (const row of page.rows) {
      if (seen.has(row.id)) continue
      seen.add(row.id)
      rows.push(row)
    }
  }
  return rows
}

/** Lays a fresh copy of one page over the list without moving a row. */
export function refreshPage(list: RowList, at: number, fresh: RowPage, changed: ReadonlySet<number>): RowList {
  const old = list.pages[at]
  if (!old) return list
  const known = new Map(rowsOf(list).map((row) => [row.id, row]))
  const now = new Map(fresh.rows.map((row) => [row.id, row]))
  const gone = new Set(list.gone)
  const pending = new Set(list.pending)
  for (const row of old.rows) {
    if (now.has(row.id)) gone.delete(row.id)
    else if (changed.has(row.id)) gone.add(row.id)
  }
  const newcomers = fresh.rows.filter((row) => !known.has(row.id))
  const isTail = fresh.next === null && at === list.pages.length - 1
  const added = isTail && at > 0 ? newcomers : isTail ? newcomersBelow(old.rows, fresh.rows, newcomers) : []
  for (const row of newcomers) if (!added.includes(row)) pending.add(row.id)
  for (const row of fresh.rows) if (at === 0 && movedUp(list, row.id)) pending.add(row.id)
  const pages = list.pages.map((page, index) => ({
    ...page,
    rows: page.rows.map((row) => now.get(row.id) ?? row).concat(index === at ? added : []),
    next: index === at && isTail ? null : page.next,
  }))
  return { pages, gone, pending }
}

/** Of a whole view on one page, only what stands after the last known row may appear at once. */
function newcomersBelow(old: TicketRow[], fresh: TicketRow[], newcomers: TicketRow[]): TicketRow[] {
  const known = new Set(old.map((row) => row.id))
  const last = fresh.findLastIndex((row) => known.has(row.id))
  return newcomers.filter((row) => fresh.indexOf(row) > last)
}

function movedUp(list: RowList, id: number): boolean {
  return !list.pages[0]?.rows.some((row) => row.id === id) && list.pages.some((page) => page.rows.some((row) => row.id === id))
}

/** A row as our own action left it. */
export function patchRow(list: RowList, row: Partial<TicketRow> & { id: number }): RowList {
  if (!list.pages.some((page) => page.rows.some((one) => one.id === row.id))) return list
  const pages = list.pages.map((page) => ({
    ...page,
    rows: page.rows.map((one) => (one.id === row.id ? { ...one, ...row } : one)),
  }))
  return { ...list, pages }
}

/** Which pages to fetch again after these tickets changed: the ones in sight that hold them, and where newcomers would stand. */
export function pagesToRefresh(list: RowList, changed: ReadonlySet<number>, inSight: ReadonlySet<number>, newestFirst: boolean): number[] {
  const wanted = new Set<number>()
  const held = new Set<number>()
  list.pages.forEach((page, index) => {
    for (const row of page.rows) {
      if (!changed.has(row.id)) continue
      held.add(row.id)
      if (inSight.has(row.id)) wanted.add(index)
    }
  })
  const hasNewcomers = [...changed].some((id) => !held.has(id))
  const last = list.pages.length - 1
  if (newestFirst) wanted.add(0)
  else if (hasNewcomers && last >= 0 && list.pages[last]?.next === null) wanted.add(last)
  return [...wanted].sort((a, b) => a - b)
}
