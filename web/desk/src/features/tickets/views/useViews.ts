import { useQuery } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { usePreferences } from '@/app/preferences'
import { keys } from '@/app/queries'
import { useSession } from '@/app/session'
import { useGroups } from '../directory'
import { ticketApi, type Sort } from '../api'
import { paced } from '../pacing'
import { countText, sorts, usualSort, viewsWith } from './views'

const COUNTS_PAUSE = 2000
const readCounts = paced(() => ticketApi.counts(), COUNTS_PAUSE) // every live event makes the counts stale

/** The views of the left pane, the one that is open, and how many tickets each holds. */
export function useViews() {
  const { t, te } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const preferences = usePreferences()
  const session = useSession()
  const groups = useGroups()
  const counts = useQuery({ queryKey: keys.ticketCounts, queryFn: readCounts })

  const current = computed(() => String(route.params.view ?? preferences.layout['desk.view'] ?? 'mine'))
  const sort = computed<Sort>(() => {
    const kept = preferences.layout[`desk.sort.${current.value}`]
    return sorts.find((one) => one === kept) ?? usualSort(current.value)
  })
  const ownGroups = computed(() => (session.scopeOf('tickets.read') === 'all' ? groups.value : (session.staff?.groups ?? [])))
  const views = computed(() =>
    viewsWith(ownGroups.value).map((view) => ({
      ...view,
      label: te(view.label) ? t(view.label) : view.label,
      count: countText(counts.data.value?.views[view.id], counts.data.value?.capped_at ?? 0),
    })),
  )

  // a ticket opened from a view keeps that view beside it, however the view was reached
  watch(() => route.params.view, (view) => {
    if (typeof view === 'string' && view) preferences.layout['desk.view'] = view
  }, { immediate: true })

  function open(view: string): void {
    void router.push({ name: 'view', params: { view } })
  }

  function orderBy(order: Sort): void {
    preferences.layout[`desk.sort.${current.value}`] = order
  }

  return { views, current, sort, open, orderBy, countsError: counts.error }
}
