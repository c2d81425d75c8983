import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import type { Named, Paged } from '@/app/api/types'
import { queryClient } from '@/app/queries'

export type SenderKind = 'email' | 'email_domain' | 'phone' | 'visitor' | 'external'

export interface Blocked {
  id: number
  kind: SenderKind
  value: string
  reason: string
  by: Named
  at: string
}

export interface Held {
  id: number
  channel_name: string
  channel_kind: string
  sender_kind: string
  sender_value: string
  sender_name: string
  subject: string
  text: string
  held_at: string
}

export interface OfferedKey {
  id: number
  address: string
  fingerprint: string
  first_seen_at: string
  trusted: string[]
}

const key = ['senders']
export const refresh = () => queryClient.invalidateQueries({ queryKey: key })

export const useBlocked = () => useQuery({ queryKey: [...key, 'blocked'], queryFn: () => api.get<Blocked[]>('/senders/blocked') })

export const useHeld = () =>
  useInfiniteQuery({
    queryKey: [...key, 'held'],
    queryFn: ({ pageParam }) => api.get<Paged<Held>>('/senders/held', { query: { cursor: pageParam, limit: 30 } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const useOfferedKeys = () => useQuery({ queryKey: [...key, 'keys'], queryFn: () => api.get<OfferedKey[]>('/senders/keys') })

export const senderApi = {
  trustKey: (id: number) => api.post(`/senders/keys/${id}/trust`, {}),
  refuseKey: (id: number) => api.post(`/senders/keys/${id}/refuse`, {}),
  block: (body: { kind: SenderKind; value: string; reason: string }) => api.post<Blocked>('/senders/blocked', body),
  unblock: (id: number) => api.delete(`/senders/blocked/${id}`),
  release: (id: number) => api.post<{ ticket_id: number }>(`/senders/held/${id}/release`, {}),
}
