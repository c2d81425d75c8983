import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { anEntry } from '../testing'
import { graceOf, hold, release, useOutbox } from './outbox'

const NOW = Date.UTC(2026, 10, 22)
const ME = 7
const outbox = useOutbox(() => ME)
const shown = () => outbox.value.map(({ item, seconds }) => [item.messageId, seconds])
const send = (messageId: number, grace = 10_000, staffId = ME) => hold({ ticketId: 1, staffId, messageId, text: '', files: [] }, grace)

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => {
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
})

describe('taking back', () => {
  it('counts down ten seconds, then is over', () => {
    send(1)
    expect(shown()).toEqual([[1, 10]])
    vi.advanceTimersByTime(4_000)
    expect(shown()).toEqual([[1, 6]])
    vi.advanceTimersByTime(6_200)
    expect(shown()).toEqual([])
  })

  it('offers the latest first', () => {
    send(1)
    vi.advanceTimersByTime(2_000)
    send(2)
    expect(shown()).toEqual([[2, 10], [1, 8]])
    release(2)
    expect(shown()).toEqual([[1, 8]])
  })

  it('offers nothing that left at once', () => {
    send(1, 0)
    expect(shown()).toEqual([])
  })

  it('does not show one person what another sent', () => {
    send(1, 10_000, 8)
    expect(shown()).toEqual([])
  })

  it('measures by the server’s clock', () => {
    const entry = anEntry({ at: '2026-11-22T08:00:00Z', delivery: { id: 1, state: 'queued', reason: '', to: '', undo_until: '2026-11-22T08:00:10Z' } })
    expect(graceOf(entry)).toBe(10_000)
    expect(graceOf(anEntry())).toBe(0)
  })
})
