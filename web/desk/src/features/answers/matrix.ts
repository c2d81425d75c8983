import type { SwitchCell, SwitchRow } from './rulesApi'

/** Whether something is set on a row itself: those are shown, however many categories there are. */
export const hasOwn = (row: SwitchRow) => row.cells.some((cell) => cell.is_answered !== null)

/** Categories that have others beneath them; rows come with each category before those beneath it. */
export function withBeneath(rows: SwitchRow[]): Set<number> {
  const found = new Set<number>()
  rows.forEach((row, place) => {
    const next = rows[place + 1]
    if (row.id !== null && next && next.depth > row.depth) found.add(row.id)
  })
  return found
}

/** Those that have something set beneath them, open from the start; all where there are few. */
export function openAtFirst(rows: SwitchRow[], few = 30): Set<number> {
  const opened = new Set<number>()
  const above: SwitchRow[] = []
  for (const row of rows) {
    while (above.length && above[above.length - 1]!.depth >= row.depth) above.pop()
    if (rows.length <= few || hasOwn(row)) for (const one of above) if (one.id !== null) opened.add(one.id)
    above.push(row)
  }
  return opened
}

/** The rows that are shown: what is searched for with all above it, else what is not folded away. */
export function rowsShown(rows: SwitchRow[], search: string, opened: ReadonlySet<number>): SwitchRow[] {
  const wanted = search.trim().toLowerCase()
  if (wanted) {
    const found = rows.filter((row) => row.id !== null && row.name.toLowerCase().includes(wanted)).map((row) => row.path)
    return rows.filter((row) => row.id !== null && found.some((path) => path === row.path || path.startsWith(`${row.path} / `)))
  }
  let folded = Infinity
  return rows.filter((row) => {
    if (row.depth > folded) return false
    folded = row.id !== null && !opened.has(row.id) ? row.depth : Infinity
    return true
  })
}

export type Choice = 'inherit' | 'on' | 'off'
export const saidBy = (choice: Choice): boolean | null => (choice === 'inherit' ? null : choice === 'on')
export const choiceOf = (cell: SwitchCell): Choice => (cell.is_answered === null ? 'inherit' : cell.is_answered ? 'on' : 'off')
