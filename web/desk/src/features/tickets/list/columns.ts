import type { Column } from '../views/api'

/** What a table can show, with the width each has until somebody draws it wider; 0 takes what is left. */
export const WIDTHS: Record<string, number> = {
  number: 84, subject: 0, customer: 150, status: 96, priority: 84, group: 120, assignee: 120, category: 120, tags: 170,
  channel: 120, last_message: 110, waiting: 90, deadline: 100, created: 110, updated: 110, solved: 110, messages: 72, tier: 84,
}
const USUAL = ['number', 'subject', 'customer', 'status', 'priority', 'group', 'assignee', 'category', 'tags', 'last_message', 'waiting']
export const LEAST = 48
export const TABLE_ROW = 36

export function shownColumns(chosen: Column[]): Column[] {
  const known = chosen.filter(({ key }) => key in WIDTHS)
  return known.length ? known : USUAL.map((key) => ({ key, width: 0 }))
}

/** The columns as CSS: every one at its width, the subject as wide as there is room. */
export function templateOf(columns: Column[]): string {
  return columns.map(({ key, width }) => (width || WIDTHS[key] ? `${width || WIDTHS[key]}px` : 'minmax(180px, 1fr)')).join(' ')
}

export function leastWidth(columns: Column[]): number {
  return columns.reduce((sum, { key, width }) => sum + (width || WIDTHS[key] || 180), 24)
}
