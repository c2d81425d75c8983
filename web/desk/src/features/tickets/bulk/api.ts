import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { api } from '@/app/api/client'
import { useSession } from '@/app/session'
import type { ListQuery } from '../api'
import type { Actions } from '../macros/api'

export interface BulkTrouble {
  ticket_id: number
  number: string
  state: string
  code: string
  reason: string
  /** what undoing left as it is */
  kept: string[]
}

export interface BulkChange {
  id: number
  state: string
  total: number
  outcomes: Record<string, number>
  created_at: string
  undo_until: string
  troubles: BulkTrouble[]
}

export interface BulkOrder {
  ticket_ids: number[]
  actions: Actions
  macro_id: number | null
  is_spam: boolean
}

export interface BulkPreview {
  total: number
  reachable: number
  messages: number
}

export const BULK = ['bulk'] as const
const POLL = 1000

export const bulkApi = {
  ids: ({ view, sort, group, filter }: ListQuery) => api.get<{ ids: number[]; is_capped: boolean }>('/tickets/ids', { query: { view, sort, group, filter } }),
  preview: (ticket_ids: number[], macro_id: number | null, signal?: AbortSignal) => api.post<BulkPreview>('/bulk-changes/previews', { ticket_ids, macro_id }, { signal }),
  start: (order: BulkOrder, idempotency_key: string) => api.post<BulkChange>('/bulk-changes', { ...order, idempotency_key }),
  one: (id: number, signal?: AbortSignal) => api.get<BulkChange>(`/bulk-changes/${id}`, { signal }),
  recent: (signal?: AbortSignal) => api.get<BulkChange[]>('/bulk-changes', { signal }),
  undo: (id: number) => api.post<BulkChange>(`/bulk-changes/${id}/undo`),
}

export const isUnderWay = (change: BulkChange | undefined) => change?.state === 'running' || change?.state === 'undoing'

const seen = new Map<number, number>()

/** When this page first heard of a change, by its own clock: the server's may differ. */
export function firstSeen(id: number): number {
  const at = seen.get(id) ?? Date.now()
  seen.set(id, at)
  return at
}

/** One's last changes, while they can be undone: also after a reload. */
export function useRecentChanges() {
  const session = useSession()
  const query = useQuery({
    queryKey: BULK,
    queryFn: ({ signal }) => bulkApi.recent(signal),
    enabled: session.can('tickets.edit'),
    staleTime: 60_000,
    refetchInterval: (held) => (held.state.data?.some(isUnderWay) ? POLL : false),
  })
  return { query, latest: computed(() => query.data.value?.[0]) }
}

/** One change, with what was refused, for as long as it is under way. */
export function useChange(id: () => number) {
  return useQuery({
    queryKey: computed(() => [...BULK, id()]),
    queryFn: ({ signal }) => bulkApi.one(id(), signal),
    refetchInterval: (held) => (isUnderWay(held.state.data) ? POLL : false),
  })
}
