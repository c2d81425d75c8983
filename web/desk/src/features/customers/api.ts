import { useInfiniteQuery, useQueryClient, type QueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import type { Paged } from '@/app/api/types'
import { ticketApi } from '@/features/tickets/api'
import { ROWS } from '@/features/tickets/cache'
import type { CustomerCard, CustomerRow } from './types'

export interface CustomerChanges {
  name?: string
  company?: string
  tier?: string
  language?: string
  region?: string
  note?: string
  /** added to those known */
  identities?: Array<{ kind: string; value: string }>
}

export const customerApi = {
  list: (q: string, cursor: string | null, signal?: AbortSignal) => api.get<Paged<CustomerRow>>('/customers', { query: { q, cursor, limit: 50 }, signal }),
  card: (id: number, signal?: AbortSignal) => api.get<CustomerCard>(`/customers/${id}`, { signal }),
  change: (id: number, changes: CustomerChanges) => api.patch<CustomerCard>(`/customers/${id}`, changes),
  create: (changes: CustomerChanges) => api.post<CustomerCard>('/customers', changes),
}

export function useCustomerList(words: Ref<string>) {
  const query = useInfiniteQuery({
    queryKey: computed(() => [...keys.customers, 'list', words.value]),
    queryFn: ({ pageParam, signal }) => customerApi.list(words.value, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (before) => before,
  })
  return { ...query, rows: computed(() => (query.data.value?.pages ?? []).flatMap((page) => page.items)) }
}

export function useCustomerTickets(id: Ref<number>) {
  const query = useInfiniteQuery({
    queryKey: computed(() => [...keys.customers, 'tickets', id.value]),
    queryFn: ({ pageParam, signal }) => ticketApi.ofCustomer(id.value, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  })
  return { ...query, rows: computed(() => (query.data.value?.pages ?? []).flatMap((page) => page.items)) }
}

/** Changes a customer and lets every screen that shows them know. */
export function useChangeCustomer() {
  const client = useQueryClient()
  return async (id: number, changes: CustomerChanges): Promise<CustomerCard> => {
    const card = await customerApi.change(id, changes)
    client.setQueryData(keys.customer(id), card)
    markChanged(client)
    return card
  }
}

export function markChanged(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: [...keys.customers, 'list'] })
  void client.invalidateQueries({ queryKey: [...keys.tickets, 'page'] })
  void client.invalidateQueries({ queryKey: ROWS, refetchType: 'none' })
}
