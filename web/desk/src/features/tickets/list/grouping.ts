import type { GroupCounts, Grouping, Sort } from '../api'
import type { TicketRow } from '../types'

export const HEADING = 32 // px

/** One line of the list: a ticket, or the heading of those that follow. */
export type Line = { kind: 'row'; row: TicketRow; id: number } | { kind: 'heading'; key: string; first: TicketRow; count: number | undefined }

const timeOf: Partial<Record<Sort, keyof TicketRow>> = { newest: 'last_message_at', created: 'created_at', updated: 'updated_at' }

/** Under which heading a ticket stands, as the server names it. */
export function groupKeyOf(row: TicketRow, grouping: Grouping, sort: Sort): string {
  switch (grouping) {
    case 'status': return row.status
    case 'priority': return String(row.priority)
    case 'channel': return row.channel_name
    case 'day': return dayOf(String(row[timeOf[sort] ?? 'last_message_at']))
    case '': return ''
    default: return String(row[grouping]?.id ?? 0)
  }
}

/** The day of a moment here, as 2026-05-01. */
export function dayOf(moment: string): string {
  const at = new Date(moment)
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
}

/** Rows with a heading before each group. */
export function linesOf(rows: TicketRow[], grouping: Grouping, sort: Sort, counts: GroupCounts['groups'] | undefined): Line[] {
  if (!grouping) return rows.map((row) => ({ kind: 'row', row, id: row.id }))
  const counted = new Map((counts ?? []).map(({ key, count }) => [key, count]))
  const lines: Line[] = []
  let last: string | null = null
  for (const row of rows) {
    const key = groupKeyOf(row, grouping, sort)
    if (key !== last) lines.push({ kind: 'heading', key, first: row, count: counted.get(key) })
    lines.push({ kind: 'row', row, id: row.id })
    last = key
  }
  return lines
}

/** Where each line begins; null when all are rows. */
export function topsOf(lines: Line[], rowHeight: number): number[] | null {
  if (!lines.some((line) => line.kind === 'heading')) return null
  let top = 0
  return lines.map((line) => {
    const here = top
    top += line.kind === 'heading' ? HEADING : rowHeight
    return here
  })
}
