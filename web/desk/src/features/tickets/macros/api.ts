import { api } from '@/app/api/client'
import type { Paged } from '@/app/api/types'
import type { Values } from '../forms/types'
import type { Attachment, Named, Priority, TicketRow } from '../types'

/** What is done to a ticket; only what is named. */
export interface Actions {
  status?: string
  /** brings its fixed status along */
  custom_status_id?: number
  priority?: Priority
  type_id?: number | null
  category_id?: number | null
  group_id?: number | null
  assignee?: 'me' | 'nobody' | number
  tags_add?: string[]
  tags_remove?: string[]
  /** by key; null takes one away */
  fields?: Values
  note?: string
  region?: string
  // what only rules do
  raise_priority?: boolean
  follow?: number[]
  message?: string
  snooze?: { amount: number; unit: string }
  notify?: { whom: string; staff_ids: number[] }
  task?: { title: string; group_id: number | null; staff_id: number | null }
  procedure?: number
  web_hook?: number
  checklist?: { template_id: number | null; steps: string[] }
  steps_done?: string[]
}

export interface Macro {
  id: number
  kind: string
  name: string
  folder: string
  tags: string[]
  situation: string
  mood: string
  region: string
  languages: string[]
  visibility: string
  owner: Named
  group: Named | null
  text: string
  actions: Record<string, unknown>
  attachments: Attachment[]
  used_count: number
  own_count: number
  is_favourite: boolean
  updated_at: string
  updated_by: Named
}

export interface MacroInSettings extends Macro {
  is_editable: boolean
}

/** A text with its placeholders filled; `empty` have no value here, `unknown` are none of ours. */
export interface Filled {
  text: string
  empty: string[]
  unknown: string[]
}

export interface SuggestedMacro extends Macro {
  filled: Filled
}

export interface MacroForm {
  name: string
  kind: string
  folder: string
  tags: string[]
  situation: string
  mood: string
  region: string
  languages: string[]
  visibility: string
  group_id: number | null
  text: string
  actions: Actions
  attachment_ids: number[]
}

export interface Imported {
  added: number
  changed: number
  refused: Array<{ line: number; reason: string }>
}

export const MACROS = ['macros'] as const

export const macroApi = {
  suggested: (ticketId: number, q: string, signal?: AbortSignal) => api.get<SuggestedMacro[]>(`/tickets/${ticketId}/macros`, { query: { q }, signal }),
  list: (query: { q?: string; kind?: string; visibility?: string; cursor?: string | null }, signal?: AbortSignal) => api.get<Paged<MacroInSettings>>('/macros', { query, signal }),
  one: (id: number, signal?: AbortSignal) => api.get<MacroInSettings>(`/macros/${id}`, { signal }),
  save: (id: number | null, form: MacroForm) => (id === null ? api.post<MacroInSettings>('/macros', form) : api.put<MacroInSettings>(`/macros/${id}`, form)),
  remove: (id: number) => api.delete<unknown>(`/macros/${id}`),
  favour: (id: number, isFavourite: boolean) => (isFavourite ? api.put<unknown>(`/macros/${id}/favourite`) : api.delete<unknown>(`/macros/${id}/favourite`)),
  used: (id: number) => api.post<unknown>(`/macros/${id}/uses`),
  apply: (ticketId: number, id: number, idempotencyKey: string) => api.post<TicketRow>(`/tickets/${ticketId}/macros/${id}/application`, { idempotency_key: idempotencyKey }),
  placeholders: (signal?: AbortSignal) => api.get<string[]>('/macros/placeholders', { signal }),
  preview: (text: string, ticketId: number | null, signal?: AbortSignal) => api.post<Filled>('/macros/previews', { text, ticket_id: ticketId }, { signal }),
  take: (csv: string, isTrial: boolean) => api.post<Imported>('/macros/imports', { csv, is_trial: isTrial }),
}
