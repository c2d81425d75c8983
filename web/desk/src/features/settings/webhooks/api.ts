import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { api } from '@/app/api/client'
import type { Named, Paged } from '@/app/api/types'
import { queryClient } from '@/app/queries'

export interface Webhook {
  id: number
  name: string
  url: string
  events: string[]
  active: boolean
  created_by: Named | null
  created_at: string
  delivered_at: string | null
  failures: number
  failing_since: string | null
  disabled_at: string | null
  disabled_reason: string
}

export interface Followable {
  type: string
  zh: string
  en: string
}

export type DeliveryState = 'queued' | 'delivered' | 'failed' | 'cancelled'

export interface Delivery {
  id: number
  message_id: string
  type: string
  position: number | null
  data: Record<string, unknown>
  at: string
  state: DeliveryState
  attempts: number
  tries: Array<{ at: string; status: number; reason: string; ms: number }>
  next_try_at: string | null
  created_at: string
}

export interface WebhookBody {
  name: string
  url: string
  events: string[]
  active: boolean
}

/** Follows every fact there is and will be. */
export const EVERYTHING = '*'
const key = ['webhooks']
const refresh = () => queryClient.invalidateQueries({ queryKey: key })

export const useWebhooks = () => useQuery({ queryKey: [...key, 'list'], queryFn: () => api.get<Webhook[]>('/webhooks') })

export const useWebhook = (id: number | null) =>
  useQuery({ queryKey: [...key, 'one', id], queryFn: () => api.get<Webhook>(`/webhooks/${id}`), enabled: id !== null })

export const useFollowable = () =>
  useQuery({ queryKey: [...key, 'events'], queryFn: () => api.get<Followable[]>('/webhooks/events'), staleTime: Infinity })

export function useDeliveries(id: number, state: MaybeRefOrGetter<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => [...key, 'deliveries', id, toValue(state)]),
    queryFn: ({ pageParam }) => api.get<Paged<Delivery>>(`/webhooks/${id}/deliveries`, { query: { state: toValue(state), cursor: pageParam, limit: 30 } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: 5000,
  })
}

async function told<T>(act: Promise<T>): Promise<T> {
  const answer = await act
  await refresh()
  return answer
}

/** A new web-hook's secret comes with the answer, this once. */
export const saveWebhook = (id: number | null, body: WebhookBody) =>
  told(id === null ? api.post<Webhook & { secret?: string }>('/webhooks', body) : api.patch<Webhook & { secret?: string }>(`/webhooks/${id}`, body))
export const removeWebhook = (id: number) => told(api.delete(`/webhooks/${id}`))
export const renewSecret = (id: number) => told(api.post<{ secret: string }>(`/webhooks/${id}/secret`))
export const ping = (id: number) => told(api.post<Delivery>(`/webhooks/${id}/pings`))
export const replay = (id: number, deliveryId: number) => told(api.post<Delivery>(`/webhooks/${id}/deliveries/${deliveryId}/replay`))
