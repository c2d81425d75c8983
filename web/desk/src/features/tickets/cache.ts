import type { QueryClient } from '@tanstack/vue-query'
import { keys } from '@/app/queries'
import type { Entry, TicketPage, TicketRow } from './types'
import { ticketApi, type ListQuery } from './api'
import { patchRow, type RowList } from './list/paging'
import { mergeTimeline } from './timeline/merging'

// Not under keys.ticketLists: a live event would fetch every list anew. useLiveRows brings them up to date page by page.
export const ROWS = ['ticket-rows'] as const
export const rowsKey = (query: ListQuery) => [...ROWS, query.view, query.sort, query.group ?? '', query.filter ?? ''] as const

const FRESH_MS = 30_000

/** How a ticket's page is read: what was already seen of its timeline stays. */
export function pageQuery(client: QueryClient, id: number) {
  const queryKey = keys.ticket(id)
  return {
    queryKey,
    staleTime: FRESH_MS,
    structuralSharing: false as const,
    queryFn: async ({ signal }: { signal?: AbortSignal }): Promise<TicketPage> => {
      const fresh = await ticketApi.page(id, signal)
      const known = client.getQueryData<TicketPage>(queryKey)
      patchRowEverywhere(client, fresh.ticket)
      return { ...fresh, timeline: mergeTimeline(known?.timeline, fresh.timeline) }
    },
  }
}

/** Reads a page before it is asked for, unless it is here already. */
export function prefetchPage(client: QueryClient, id: number): void {
  void client.prefetchQuery(pageQuery(client, id))
}

export function patchRowEverywhere(client: QueryClient, row: Partial<TicketRow> & { id: number }): void {
  client.setQueriesData<RowList>({ queryKey: ROWS }, (list) => list && patchRow(list, row))
}

export function patchPage(client: QueryClient, id: number, change: (page: TicketPage) => TicketPage): void {
  client.setQueryData<TicketPage>(keys.ticket(id), (page) => page && change(page))
}

/** A ticket as the server answered it, or as we expect it to be: everywhere it is shown. */
export function patchTicket(client: QueryClient, ticket: Partial<TicketRow> & { id: number }): void {
  patchRowEverywhere(client, ticket)
  patchPage(client, ticket.id, (page) => ({ ...page, ticket: { ...page.ticket, ...ticket } }))
}

export function addEntry(client: QueryClient, id: number, entry: Entry): void {
  patchPage(client, id, (page) => {
    const items = page.timeline.items.filter((one) => one.id !== entry.id)
    return { ...page, timeline: { ...page.timeline, items: [...items, entry] } }
  })
}

export function dropEntry(client: QueryClient, id: number, messageId: number): void {
  patchPage(client, id, (page) => ({
    ...page,
    timeline: { ...page.timeline, items: page.timeline.items.filter((one) => one.message_id !== messageId) },
  }))
}
