import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useSession } from '@/app/session'
import { draftApi, MINE } from './api'

/** What one has begun and not sent; the first page, the latest first. */
export function useMyDrafts() {
  const session = useSession()
  const query = useQuery({
    queryKey: MINE,
    queryFn: ({ signal }) => draftApi.mine(null, signal),
    staleTime: 5 * 60_000,
    enabled: session.can('tickets.reply'),
  })
  const drafts = computed(() => query.data.value?.items ?? [])
  return { query, drafts, ticketIds: computed(() => new Set(drafts.value.map((draft) => draft.ticket_id))) }
}
