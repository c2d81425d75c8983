import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { usePreferences } from '@/app/preferences'
import { keys } from '@/app/queries'
import { ticketApi, type ListQuery, type Sort } from '../api'
import { paced } from '../pacing'
import { viewApi, type Condition, type Look, type View } from './api'
import { countText, nameOf, readFilter, writeFilter } from './views'

const COUNTS_PAUSE = 2000
const readCounts = paced(() => ticketApi.counts(), COUNTS_PAUSE) // every live event makes the counts stale
const filterText = ref('') // stays while a ticket of the filtered list is open

export interface ShownView extends View {
  label: string
  count: string
}

/** The views of this person, the one that is open, how it looks and is filtered, and how many tickets each holds. */
export function useViews() {
  const { locale } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const client = useQueryClient()
  const preferences = usePreferences()
  const query = useQuery({ queryKey: keys.views, queryFn: ({ signal }) => viewApi.all(signal), staleTime: 10 * 60_000 })
  const counts = useQuery({ queryKey: keys.ticketCounts, queryFn: readCounts })

  const current = computed(() => String(route.params.view ?? preferences.layout['desk.view'] ?? 'mine'))
  const views = computed<ShownView[]>(() =>
    (query.data.value ?? []).map((view) => ({
      ...view,
      label: nameOf(view, locale.value),
      count: countText(counts.data.value?.views[view.key], counts.data.value?.capped_at ?? 0),
    })),
  )
  const inPane = computed(() => views.value.filter((view) => view.shown))
  const here = computed(() => views.value.find((view) => view.key === current.value))
  const sort = computed<Sort>(() => here.value?.sort ?? (current.value === 'waiting' ? 'waiting' : 'newest'))
  const wanted = computed<ListQuery>(() => ({ view: current.value, sort: sort.value, group: here.value?.grouping ?? '', filter: filterText.value }))
  const filter = computed(() => readFilter(filterText.value))

  watch(() => [route.name, route.query.filter, route.params.view], () => {
    if (route.name === 'view') filterText.value = String(route.query.filter ?? '')
    // a ticket opened from a view keeps that view beside it, however the view was reached
    if (typeof route.params.view === 'string' && route.params.view) preferences.layout['desk.view'] = route.params.view
  }, { immediate: true })

  function open(view: string): void {
    void router.push({ name: 'view', params: { view } })
  }

  function openAt(place: number): void {
    const view = inPane.value[place]
    if (view) open(view.key)
  }

  function filterBy(conditions: Condition[]): void {
    const text = writeFilter(conditions)
    void router.push({ name: 'view', params: { view: current.value }, query: text ? { filter: text } : {} })
  }

  /** Shows the view so at once, here and wherever this person signs in. */
  function look(change: Partial<Look>): void {
    const key = current.value
    const before = query.data.value?.find((view) => view.key === key)
    if (!before) return
    client.setQueryData<View[]>(keys.views, (all) => all?.map((view) => (view.key === key ? { ...view, ...change } : view)))
    const { sort: by, grouping, shows_table, columns } = { ...before, ...change }
    void viewApi.keepLook(key, { sort: by, grouping, shows_table, columns }).catch(() => client.invalidateQueries({ queryKey: keys.views }))
  }

  return { query, views, inPane, here, current, sort, wanted, filter, filterBy, open, openAt, look, countsError: counts.error }
}
