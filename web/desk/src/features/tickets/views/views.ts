import type { Sort } from '../api'
import type { Condition, Node, Tree, View } from './api'

/** So many views of the left pane are reached by G and a number. */
export const KEYED = 9
export const sorts: Sort[] = ['newest', 'waiting', 'deadline', 'oldest', 'created', 'updated', 'priority']
export const groupings = ['', 'status', 'priority', 'assignee', 'group', 'category', 'channel', 'day'] as const

/** The name in the reader's language, else the one there is. */
export function nameOf(view: Pick<View, 'name_zh' | 'name_en'>, locale: string): string {
  return locale.startsWith('zh') ? view.name_zh || view.name_en : view.name_en || view.name_zh
}

/** 1000 counted up to 1000 means "at least". */
export function countText(count: number | undefined, cap: number): string {
  if (count === undefined) return ''
  return cap > 0 && count >= cap ? `${cap}+` : String(count)
}

/** The quick filter in an address; one that can't be read is none. */
export function readFilter(text: string): Condition[] {
  if (!text) return []
  try {
    const tree = JSON.parse(text) as { all?: Node[] }
    return (tree.all ?? []).filter((node): node is Condition => 'field' in node)
  } catch {
    return []
  }
}

export function writeFilter(conditions: Condition[]): string {
  return conditions.length ? JSON.stringify({ all: conditions }) : ''
}

/** A view and the filter over it as one tree, for a view of its own. */
export function together(view: Tree, filter: Condition[]): Tree {
  if (!filter.length) return view
  return 'all' in view ? { all: [...view.all, ...filter] } : { all: [view, ...filter] }
}
