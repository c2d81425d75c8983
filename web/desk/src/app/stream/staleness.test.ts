import { QueryClient } from '@tanstack/vue-query'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keys } from '../queries'
import { markStale, staleAfter } from './staleness'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('a changed ticket makes its page, the lists and the counts stale', () => {
  expect(staleAfter('ticket', { id: 5, type: 'tickets.resolved' })).toEqual([['tickets', 'page', 5], ['tickets', 'list'], ['tickets', 'counts']])
  expect(staleAfter('presence', { ticket_id: 5 })).toEqual([])
  expect(staleAfter('views', { id: 3 })).toEqual([['tickets', 'views'], ['tickets', 'counts']])
})

it('a stream that missed something makes everything stale', () => {
  expect(staleAfter('reset', {})).toEqual([keys.tickets, keys.promises, keys.tasks, keys.customers, keys.layout, keys.categories, keys.routing])
  expect(staleAfter('offer', { id: 1, type: 'routing.work_offered' })).toEqual([keys.routing])
  expect(staleAfter('hello', { again: true })).toEqual([['notifications']]) // fleeting messages may have been missed
  expect(staleAfter('hello', { again: false })).toEqual([])
})

it('a burst of events makes one round of fetches', async () => {
  const client = new QueryClient()
  const invalidated = vi.spyOn(client, 'invalidateQueries').mockResolvedValue()
  for (let i = 0; i < 20; i++) markStale(client, 'ticket', { id: 5 })
  await vi.advanceTimersByTimeAsync(500)
  expect(invalidated.mock.calls.map(([filter]) => (filter as { queryKey: unknown }).queryKey)).toEqual([['tickets', 'page', 5], ['tickets', 'list'], ['tickets', 'counts']])
})
