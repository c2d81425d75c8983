import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'
import type { Paged } from '@/app/api/types'
import type { Actions } from './macros/api'
import type { Answering, Entry, Priority, TicketPage, TicketRow, Timeline } from './types'
import type { Values } from './forms/types'

export type WordingChecked = components['schemas']['WordingChecked']
export type WordingRemark = components['schemas']['WordingRemark']
export type Sort = 'newest' | 'oldest' | 'waiting' | 'deadline' | 'created' | 'updated' | 'priority'
export type Grouping = '' | 'status' | 'priority' | 'assignee' | 'group' | 'category' | 'channel' | 'day'

export interface ListQuery {
  view: string
  sort: Sort
  group?: Grouping
  /** a tree of conditions as JSON, '' for none */
  filter?: string
}

export interface GroupCounts {
  groups: Array<{ key: string; count: number }> | null
}

export interface Counts {
  views: Record<string, number>
  capped_at: number
}

export interface TicketChanges {
  status?: string
  custom_status_id?: number | null
  type_id?: number | null
  priority?: Priority
  group_id?: number | null
  assignee_id?: number | null
  category_id?: number | null
  tags?: string[]
  subject?: string
  language?: string
  region?: string
  despite_open_children?: boolean
  /** by key; null takes one away, those not named stay */
  fields?: Values
}

export interface Reply {
  text: string
  attachment_ids: number[]
  idempotency_key: string
  channel_id?: number
  to?: string
  cc?: string[]
  then: string | null
  then_custom_status_id?: number
  actions?: Actions
  /** left out to send over whatever changed */
  seen_version?: number
  force?: boolean
  despite_open_children?: boolean
  /** though rules warn of its words */
  despite_wording?: boolean
}

export interface Note {
  text: string
  attachment_ids: number[]
  idempotency_key: string
  mentions: number[]
  mentioned_groups: number[]
}

export interface NewTicketForm {
  customer_id?: number
  customer_name?: string
  customer_email?: string
  channel_id?: number
  subject: string
  text: string
  group_id?: number | null
  priority: Priority
  type_id?: number | null
  category_id?: number | null
  tags?: string[]
  fields?: Values
  idempotency_key: string
}

export type PresenceState = 'viewing' | 'typing' | 'left'

export const PAGE_SIZE = 50

export const ticketApi = {
  list: ({ view, sort, group, filter }: ListQuery, cursor: string | null, signal?: AbortSignal) =>
    api.get<Paged<TicketRow>>('/tickets', { query: { view, sort, group, filter, cursor, limit: PAGE_SIZE }, signal }),
  groups: ({ view, sort, group, filter }: ListQuery, signal?: AbortSignal) =>
    api.get<GroupCounts>('/tickets/groups', { query: { view, sort, group, filter, zone: zoneHere() }, signal }),
  counts: (signal?: AbortSignal) => api.get<Counts>('/tickets/counts', { signal }),
  page: (id: number, signal?: AbortSignal) => api.get<TicketPage>(`/tickets/${id}`, { signal }),
  earlier: (id: number, before: string) => api.get<Timeline>(`/tickets/${id}/timeline`, { query: { before } }),
  ofCustomer: (customer: number, cursor: string | null, signal?: AbortSignal) =>
    api.get<Paged<TicketRow>>('/tickets', { query: { view: 'all', customer, cursor, limit: PAGE_SIZE }, signal }),
  create: (form: NewTicketForm) => api.post<TicketRow>('/tickets', form),
  change: (id: number, changes: TicketChanges, version: number) => api.patch<TicketRow>(`/tickets/${id}`, { ...changes, version }),
  claim: (id: number, expected: number | null) => api.post<TicketRow>(`/tickets/${id}/claim`, { expected_assignee_id: expected }),
  checkWording: (id: number, text: string, signal?: AbortSignal) => api.post<WordingChecked>(`/tickets/${id}/wording-checks`, { text }, { signal }),
  checkPrepared: (text: string, signal?: AbortSignal) => api.post<WordingChecked>('/wording-checks', { text }, { signal }),
  reply: (id: number, reply: Reply) => api.post<Entry>(`/tickets/${id}/replies`, reply),
  undoReply: (id: number, messageId: number) => api.delete<{ text: string }>(`/tickets/${id}/replies/${messageId}`),
  answerInvitation: (id: number, messageId: number, answer: string) => api.post<Entry>(`/tickets/${id}/messages/${messageId}/invitation-answers`, { answer }),
  resend: (id: number, messageId: number) => api.post<Entry>(`/tickets/${id}/replies/${messageId}/attempts`),
  note: (id: number, note: Note) => api.post<Entry>(`/tickets/${id}/notes`, note),
  markAsSpam: (id: number, blocks: boolean) => api.post<TicketRow>(`/tickets/${id}/spam`, { block_sender: blocks }),
  unmarkSpam: (id: number) => api.delete<TicketRow>(`/tickets/${id}/spam`),
  presence: (id: number, state: PresenceState) => api.post<unknown>(`/tickets/${id}/presence`, { state }),
  beginReply: (id: number, takeOverFrom: number | null) => api.put<Answering>(`/tickets/${id}/reply-lock`, { take_over_from: takeOverFrom }),
  endReply: (id: number) => api.delete<unknown>(`/tickets/${id}/reply-lock`, { keepalive: true }),
  wake: (id: number) => api.delete<TicketRow>(`/tickets/${id}/snooze`),
  read: (id: number) => api.post<unknown>(`/tickets/${id}/read`),
}

/** The browser's time zone, in which days begin here. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
}
