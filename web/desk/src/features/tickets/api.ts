import { api } from '@/app/api/client'
import type { Entry, Paged, StoredFile, TicketPage, TicketRow } from '@/app/api/types'

export type Sort = 'newest' | 'oldest' | 'waiting'

export interface ListQuery {
  view: string
  sort: Sort
}

export interface Counts {
  views: Record<string, number>
  capped_at: number
}

export interface TicketChanges {
  status?: string
  priority?: string
  group_id?: number | null
  assignee_id?: number | null
  category_id?: number | null
  tags?: string[]
  subject?: string
}

export interface Reply {
  text: string
  attachment_ids: number[]
  idempotency_key: string
  channel_id?: number
  to?: string[]
  cc?: string[]
  then: string | null
  seen_version: number
  force?: boolean
}

export interface Note {
  text: string
  attachment_ids: number[]
  idempotency_key: string
  mentions: number[]
}

export interface NewTicketForm {
  customer_id?: number
  customer?: { name: string; email: string }
  channel_key: string
  subject: string
  text: string
  group_id?: number | null
  priority?: string
  tags?: string[]
  category_id?: number | null
  note?: boolean
}

export type PresenceState = 'viewing' | 'typing' | 'left'

export const PAGE_SIZE = 50

export const ticketApi = {
  list: ({ view, sort }: ListQuery, cursor: string | null, signal?: AbortSignal) =>
    api.get<Paged<TicketRow>>('/tickets', { query: { view, sort, cursor, limit: PAGE_SIZE }, signal }),
  counts: (signal?: AbortSignal) => api.get<Counts>('/tickets/counts', { signal }),
  page: (id: number, signal?: AbortSignal) => api.get<TicketPage>(`/tickets/${id}`, { signal }),
  earlier: (id: number, before: string) =>
    api.get<{ items: Entry[]; before_cursor: string | null }>(`/tickets/${id}/timeline`, { query: { before } }),
  create: (form: NewTicketForm, idempotencyKey: string) => api.post<TicketPage>('/tickets', form, { idempotencyKey }),
  change: (id: number, changes: TicketChanges, version: number) => api.patch<TicketRow>(`/tickets/${id}`, { ...changes, version }),
  claim: (id: number, expected: number | null) => api.post<TicketRow>(`/tickets/${id}/claim`, { expected_assignee_id: expected }),
  reply: (id: number, reply: Reply) => api.post<Entry>(`/tickets/${id}/replies`, reply, { idempotencyKey: reply.idempotency_key }),
  undoReply: (id: number, entryId: number) => api.delete<{ text: string }>(`/tickets/${id}/replies/${entryId}`),
  note: (id: number, note: Note) => api.post<Entry>(`/tickets/${id}/notes`, note, { idempotencyKey: note.idempotency_key }),
  resend: (deliveryId: number) => api.post<unknown>(`/deliveries/${deliveryId}/attempts`),
  draft: (id: number, signal?: AbortSignal) => api.get<{ text: string } | undefined>(`/tickets/${id}/draft`, { signal }),
  keepDraft: (id: number, text: string) => (text ? api.put<unknown>(`/tickets/${id}/draft`, { text }) : api.delete<unknown>(`/tickets/${id}/draft`)),
  presence: (id: number, state: PresenceState) => api.post<unknown>(`/tickets/${id}/presence`, { state }),
  read: (id: number) => api.post<unknown>(`/tickets/${id}/read`),
}

export type { Entry, StoredFile, TicketPage, TicketRow }
