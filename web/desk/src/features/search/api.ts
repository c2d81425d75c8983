import { useInfiniteQuery, keepPreviousData } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import type { TicketRow } from '../tickets/types'
import type { CustomerRow } from '../customers/types'

/** A piece of a message and where in it the words were found. */
export interface Snippet {
  text: string
  marks: Array<[number, number]>
}

export interface Found {
  tickets: Array<TicketRow & { snippet: Snippet }>
  customers: CustomerRow[]
  next_cursor: string | null
}

const TYPING_PAUSE = 160

/** Tickets and customers that hold the words, as they are typed. */
export function useFinding(words: Ref<string>) {
  const asked = ref(words.value.trim())
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(words, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (asked.value = now.trim()), TYPING_PAUSE)
  })
  onScopeDispose(() => clearTimeout(timer))

  const query = useInfiniteQuery({
    queryKey: computed(() => [...keys.search, asked.value]),
    queryFn: ({ pageParam, signal }) =>
      api.get<Found>('/search', { query: { q: asked.value, type: pageParam ? 'tickets' : undefined, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    enabled: computed(() => asked.value !== ''),
    placeholderData: keepPreviousData, // results change in place instead of flashing
    staleTime: 10_000,
  })

  const isAsked = computed(() => asked.value !== '')
  return {
    asked,
    isAsked,
    isCurrent: computed(() => asked.value === words.value.trim() && !query.isPlaceholderData.value),
    tickets: computed(() => (isAsked.value ? (query.data.value?.pages ?? []).flatMap((page) => page.tickets) : [])),
    customers: computed(() => (isAsked.value ? (query.data.value?.pages[0]?.customers ?? []) : [])),
    error: query.error,
    isLoading: query.isLoading,
    isFetching: query.isFetching,
    hasMore: query.hasNextPage,
    readOn: () => query.fetchNextPage(),
    again: () => query.refetch(),
  }
}
