import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'
import { ticketApi, type ListQuery } from '../api'
import { rowsKey } from '../cache'
import { listOf, rowsOf, type RowList } from './paging'

/** The rows of one view, read on page by page; nothing in it moves until it is drawn anew. */
export function useTicketList(wanted: Ref<ListQuery>) {
  const client = useQueryClient()
  const key = computed(() => rowsKey(wanted.value))
  const isReadingOn = ref(false)
  const readOnError = ref<unknown>(null)

  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => listOf([await readPage(wanted.value, null, signal)]),
    shallow: true,
    refetchOnReconnect: false, // the list would shrink to its first page under the reader; live events catch up
    structuralSharing: false,
  })
  const rows = computed(() => rowsOf(query.data.value))
  const next = computed(() => query.data.value?.pages.at(-1)?.next ?? null)

  watch(key, () => (readOnError.value = null))

  async function readOn(): Promise<void> {
    const cursor = next.value
    if (!cursor || isReadingOn.value || query.isFetching.value) return
    const from = key.value
    isReadingOn.value = true
    readOnError.value = null
    try {
      const page = await readPage(wanted.value, cursor)
      client.setQueryData<RowList>(from, (list) =>
        list && list.pages.at(-1)?.next === cursor ? { ...list, pages: [...list.pages, page] } : list,
      )
    } catch (error) {
      readOnError.value = error
    } finally {
      isReadingOn.value = false
    }
  }

  return {
    rows,
    gone: computed(() => query.data.value?.gone),
    pendingCount: computed(() => query.data.value?.pending.size ?? 0),
    isLoading: query.isLoading,
    isFetching: query.isFetching,
    error: query.error,
    hasMore: computed(() => next.value !== null),
    isReadingOn,
    readOnError,
    readOn,
    drawAnew: () => query.refetch(),
  }
}

export async function readPage(query: ListQuery, cursor: string | null, signal?: AbortSignal) {
  const { items, next_cursor } = await ticketApi.list(query, cursor, signal)
  return { cursor, rows: items, next: next_cursor }
}
