import { useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose, type Ref } from 'vue'
import { keys } from '@/app/queries'
import { useLiveEvent } from '@/app/stream/live'
import type { TicketPage } from '../types'
import type { ListQuery } from '../api'
import { ROWS, pageQuery, rowsKey } from '../cache'
import { Pacer } from '../pacing'
import { pagesToRefresh, refreshPage, type RowList } from './paging'
import { readPage } from './useTicketList'

const PAUSE = 1500
const DELAY = 250
const LOOKED_UP = 5 // rows that left the view and are asked for one by one, so that they show why

/** Brings the list up to date after live events: few requests, however many events. */
export function useLiveRows(wanted: Ref<ListQuery>, inSight: () => ReadonlySet<number>): void {
  const client = useQueryClient()
  let changed = new Set<number>()
  const pacer = new Pacer(refresh, PAUSE, DELAY)

  useLiveEvent('ticket', ({ id }) => {
    changed.add(id)
    if (!document.hidden) pacer.ask()
  })
  useLiveEvent('hello', ({ resumed }) => {
    if (resumed === false) void client.invalidateQueries({ queryKey: ROWS })
  })
  document.addEventListener('visibilitychange', catchUp)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', catchUp)
    pacer.stop()
  })

  function catchUp(): void {
    if (!document.hidden && changed.size) pacer.ask()
  }

  async function refresh(): Promise<void> {
    const query = wanted.value
    const key = rowsKey(query)
    const list = client.getQueryData<RowList>(key)
    if (!list) return
    const these = changed
    changed = new Set()
    const newestFirst = query.sort === 'newest' && !query.group
    for (const at of pagesToRefresh(list, these, inSight(), newestFirst)) {
      const page = list.pages[at]
      if (!page) continue
      const fresh = await readPage(query, page.cursor)
      client.setQueryData<RowList>(key, (now) => now && refreshPage(now, at, fresh, these))
    }
    markOthersStale(query)
    await lookUpGone(key, these)
  }

  /** Views not on screen are read anew when they are opened. */
  function markOthersStale(shown: ListQuery): void {
    const here = JSON.stringify(rowsKey(shown))
    void client.invalidateQueries({ queryKey: ROWS, predicate: (query) => JSON.stringify(query.queryKey) !== here, refetchType: 'none' })
  }

  async function lookUpGone(key: readonly unknown[], these: ReadonlySet<number>): Promise<void> {
    const gone = client.getQueryData<RowList>(key)?.gone ?? new Set()
    const wantedIds = [...these].filter((id) => gone.has(id) && inSight().has(id)).slice(0, LOOKED_UP)
    for (const id of wantedIds) {
      const page = client.getQueryState<TicketPage>(keys.ticket(id))
      if (page?.fetchStatus === 'fetching') continue
      await client.fetchQuery({ ...pageQuery(client, id), staleTime: 0 }).catch(() => undefined)
    }
  }
}
