import { QueryClient } from '@tanstack/vue-query'
import { ApiError } from './api/client'

/** Server state lives here and nowhere else; the live stream says what is stale. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false, // the stream, resumed, already told us
      retry: (failures, error) => !(error instanceof ApiError && error.status < 500) && failures < 2,
    },
    mutations: { retry: false },
  },
})

/** First words of every query key, so that one place can say what has become stale. */
export const keys = {
  session: ['session'] as const,
  tickets: ['tickets'] as const,
  ticketLists: ['tickets', 'list'] as const,
  ticketCounts: ['tickets', 'counts'] as const,
  views: ['tickets', 'views'] as const,
  ticket: (id: number) => ['tickets', 'page', id] as const,
  tasks: ['tasks'] as const,
  customers: ['customers'] as const,
  customer: (id: number) => ['customers', 'card', id] as const,
  promises: ['promises'] as const,
  search: ['search'] as const,
  layout: ['layout'] as const,
  categories: ['categories'] as const,
  tags: ['tags'] as const,
  staff: ['people', 'staff'] as const,
  groups: ['people', 'groups'] as const,
  roles: ['people', 'roles'] as const,
  skills: ['people', 'skills'] as const,
  channels: ['channels'] as const,
  operations: ['operations'] as const,
  notifications: ['notifications'] as const,
  routing: ['routing'] as const,
}
