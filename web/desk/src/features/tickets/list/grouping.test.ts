import { describe, expect, it } from 'vitest'
import { aRow } from '../testing'
import { HEADING, groupKeyOf, linesOf, topsOf } from './grouping'
import { windowOfTops } from './useVirtualRows'

const rows = [aRow({ id: 1, status: 'new' }), aRow({ id: 2, status: 'new' }), aRow({ id: 3, status: 'open' })]

describe('a grouped list', () => {
  it('has a heading with its count before each group', () => {
    const lines = linesOf(rows, 'status', 'newest', [{ key: 'new', count: 2 }, { key: 'open', count: 9 }])
    expect(lines.map((line) => (line.kind === 'row' ? line.id : `${line.key} ${line.count}`))).toEqual(['new 2', 1, 2, 'open 9', 3])
    expect(topsOf(lines, 72)).toEqual([0, HEADING, HEADING + 72, HEADING + 144, 2 * HEADING + 144])
  })

  it('has none without a grouping', () => {
    const lines = linesOf(rows, '', 'newest', null)
    expect(lines).toHaveLength(3)
    expect(topsOf(lines, 72)).toBeNull()
  })

  it('names groups as the server does: ids, 0 for none, the day of the order', () => {
    const row = aRow({ assignee: { id: 7, name: '李娜' }, group: null, created_at: '2026-11-20T12:00:00Z', last_message_at: '2026-11-22T12:00:00Z' })
    expect([groupKeyOf(row, 'assignee', 'newest'), groupKeyOf(row, 'group', 'newest')]).toEqual(['7', '0'])
    expect([groupKeyOf(row, 'day', 'newest'), groupKeyOf(row, 'day', 'created')]).toEqual(['2026-11-22', '2026-11-20'])
  })
})

describe('the window of a list with rows of two heights', () => {
  const tops = Array.from({ length: 1000 }, (_, i) => i * 50)

  it('begins before the place that is scrolled to and never leaves the list', () => {
    expect(windowOfTops(tops, 50, 5000, 500, 5)).toEqual({ first: 95, last: 116 })
    expect(windowOfTops(tops, 50, 0, 500, 5)).toEqual({ first: 0, last: 21 })
    expect(windowOfTops(tops, 50, 999_999, 500, 5)).toEqual({ first: 979, last: 1000 })
  })
})
