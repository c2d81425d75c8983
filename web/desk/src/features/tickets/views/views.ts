import type { Named } from '@/app/api/types'
import type { Sort } from '../api'

export interface View {
  id: string
  /** i18n key, or the group's own name */
  label: string
  isGroup: boolean
}

export const standing: View[] = ['mine', 'unassigned', 'waiting', 'open', 'all', 'solved'].map((id) => ({
  id,
  label: `tickets.view.${id}`,
  isGroup: false,
}))

export function viewsWith(groups: Named[]): View[] {
  return [...standing, ...groups.map((group) => ({ id: `group:${group.id}`, label: group.name, isGroup: true }))]
}

export const sorts: Sort[] = ['newest', 'waiting', 'oldest']

/** The order a view opens in: where people wait, the longest wait first. */
export function usualSort(view: string): Sort {
  return view === 'waiting' ? 'waiting' : 'newest'
}

/** 1000 counted up to 1000 means "at least". */
export function countText(count: number | undefined, cap: number): string {
  if (count === undefined) return ''
  return cap > 0 && count >= cap ? `${cap}+` : String(count)
}
