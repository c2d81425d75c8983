import { api } from '@/app/api/client'
import type { Grouping, Sort } from '../api'
import type { TicketRow } from '../types'

/** One condition; `value` is what its operator takes. */
export interface Condition {
  field: string
  is: string
  value?: unknown
}

/** Conditions joined: all of them, any of them, none of them. */
export type Tree = { all: Node[] } | { any: Node[] } | { none: Node[] }
export type Node = Condition | Tree

export interface Column {
  key: string
  /** 0: as wide as it comes */
  width: number
}

/** How a view looks. */
export interface Look {
  sort: Sort
  grouping: Grouping
  shows_table: boolean
  columns: Column[]
}

export interface ViewForm extends Look {
  name_zh: string
  name_en: string
  icon: string
  colour: string
  audience: 'owner' | 'groups' | 'everyone'
  group_ids: number[]
  pinned: boolean
  conditions: Tree
}

/** A view as this person has it. */
export interface View extends Omit<ViewForm, 'pinned' | 'conditions'> {
  key: string
  kind: 'ready' | 'group' | 'made'
  conditions: Tree
  owner_id: number | null
  shown: boolean
  is_counted: boolean
  may_change: boolean
}

export interface Preview {
  count: number
  capped_at: number
  items: TicketRow[]
}

export const viewApi = {
  all: (signal?: AbortSignal) => api.get<View[]>('/views', { signal }),
  add: (form: ViewForm) => api.post<View>('/views', form),
  change: (key: string, form: Partial<ViewForm>) => api.patch<View>(`/views/${key}`, form),
  remove: (key: string) => api.delete<unknown>(`/views/${key}`),
  arrange: (places: Array<{ key: string; shown: boolean }>) => api.put<unknown>('/views/order', places),
  keepLook: (key: string, look: Partial<Look>) => api.put<unknown>(`/views/${encodeURIComponent(key)}/look`, look),
  preview: (conditions: Tree, sort: Sort, signal?: AbortSignal) => api.post<Preview>('/views/preview', { conditions, sort }, { signal }),
}
