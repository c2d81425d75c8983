import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/app/api/client'
import type { Paged } from '@/app/api/types'
import { keys } from '@/app/queries'
import type { Attachment, Named, TicketRow } from '../types'

export type Mode = 'reply' | 'note'

/** All of what is being written. */
export interface DraftContent {
  mode: Mode
  text: string
  channel_id: number | null
  to: string
  cc: string[]
  attachment_ids: number[]
}

export interface Draft extends Omit<DraftContent, 'attachment_ids' | 'mode'> {
  id: number
  ticket_id: number
  /** in whose composer it is */
  staff: Named
  mode: string
  html: string
  attachments: Attachment[]
  version: number
  /** null while it is its author's alone */
  shared_at: string | null
  updated_at: string
  edits: Array<{ staff: Named; began_at: string; at: string; text: string }>
}

export interface DraftOnTicket extends Draft {
  ticket: TicketRow
}

/** Drafts as they were at a moment: what was asked before the last save says nothing of it. */
export interface DraftsThen {
  askedAt: number
  drafts: Draft[]
}

export const MINE = ['drafts', 'mine'] as const
export const draftsKey = (ticketId: number) => [...keys.ticket(ticketId), 'drafts'] as const

export const draftApi = {
  on: (ticketId: number, signal?: AbortSignal) => api.get<Draft[]>(`/tickets/${ticketId}/drafts`, { signal }),
  mine: (cursor: string | null, signal?: AbortSignal) => api.get<Paged<DraftOnTicket>>('/drafts', { query: { cursor, limit: 50 }, signal }),
  keep: (ticketId: number, content: DraftContent, version: number) => api.put<Draft | null>(`/tickets/${ticketId}/draft`, { ...content, version }),
  share: (draft: { id: number; ticketId: number }) => api.put<Draft>(`/tickets/${draft.ticketId}/drafts/${draft.id}/sharing`),
  withdraw: (draft: { id: number; ticketId: number }) => api.delete<Draft>(`/tickets/${draft.ticketId}/drafts/${draft.id}/sharing`),
  takeOver: (draft: Draft) => api.post<Draft>(`/tickets/${draft.ticket_id}/drafts/${draft.id}/takeover`, { version: draft.version }),
}

/** One's own drafts on a ticket and those that colleagues share, as the stream keeps them fresh. */
export function useDraftsOn(ticketId: Ref<number>) {
  return useQuery({
    queryKey: computed(() => draftsKey(ticketId.value)),
    queryFn: async ({ signal }): Promise<DraftsThen> => {
      const askedAt = Date.now()
      return { askedAt, drafts: await draftApi.on(ticketId.value, signal) }
    },
    structuralSharing: false,
  })
}
