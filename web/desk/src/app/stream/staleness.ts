import type { QueryClient, QueryKey } from '@tanstack/vue-query'
import { keys } from '../queries'

const GATHER = 120 // ms; a burst of events makes one round of fetches

let waiting = new Map<string, QueryKey>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Says which queries a live event has made stale. */
export function markStale(client: QueryClient, event: string, data: unknown): void {
  for (const key of staleAfter(event, data)) waiting.set(JSON.stringify(key), key)
  if (waiting.size === 0 || timer !== undefined) return
  timer = setTimeout(() => {
    const stale = waiting
    waiting = new Map()
    timer = undefined
    for (const key of stale.values()) void client.invalidateQueries({ queryKey: key })
  }, GATHER)
}

export function staleAfter(event: string, data: unknown): QueryKey[] {
  if (event === 'counts') return [keys.ticketCounts]
  if (event === 'views') return [keys.views, keys.ticketCounts]
  if (event === 'ticket') return [keys.ticket((data as { id: number }).id), keys.ticketLists, keys.ticketCounts]
  if (event === 'procedure') return [...((data as { id: number | null }).id === null ? [] : [keys.ticket((data as { id: number }).id)]), keys.promises, keys.tasks]
  if (event === 'task') return [keys.tasks]
  if (event === 'draft') return [[...keys.ticket((data as { ticket_id: number }).ticket_id), 'drafts']]
  if (event === 'offer' || event === 'standing') return [keys.routing]
  if (event === 'layout') return [keys.layout, keys.categories]
  // these are told without being kept: who was away for a moment may have missed some
  if (event === 'notification' || (event === 'hello' && (data as { again: boolean }).again)) return [keys.notifications]
  // whoever was away too long is told to trust nothing
  if (event === 'reset') return [keys.tickets, keys.promises, keys.tasks, keys.customers, keys.layout, keys.categories, keys.routing]
  return []
}
