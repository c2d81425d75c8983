import { describe, expect, it } from 'vitest'
import { anEntry } from '../testing'
import { mergeTimeline, prependEarlier } from './merging'

const stretch = (ids: number[], before: string | null = null) => ({ items: ids.map((id) => anEntry({ id: `m${id}` })), before_cursor: before })
const ids = (timeline: { items: Array<{ id: string }> }) => timeline.items.map((entry) => Number(entry.id.slice(1)))

describe('bringing a timeline up to date', () => {
  it('keeps the earlier messages that were loaded', () => {
    const now = mergeTimeline(stretch([1, 2, 3, 4], 'older'), stretch([3, 4, 5], 'before-3'))
    expect(ids(now)).toEqual([1, 2, 3, 4, 5])
    expect(now.before_cursor).toBe('older')
  })

  it('drops a message that was taken back', () => {
    expect(ids(mergeTimeline(stretch([1, 2, 3]), stretch([2])))).toEqual([1, 2])
  })

  it('begins anew rather than leave a hole', () => {
    const now = mergeTimeline(stretch([1, 2]), stretch([50, 51], 'before-50'))
    expect(ids(now)).toEqual([50, 51])
    expect(now.before_cursor).toBe('before-50')
  })

  it('takes the newer copy of an entry', () => {
    const fresh = { items: [anEntry({ id: 'm2', text: 'neu' })], before_cursor: null }
    expect(mergeTimeline(stretch([2]), fresh).items[0]?.text).toBe('neu')
  })

  it('does not take an event for the message of the same number', () => {
    const known = { items: [anEntry({ id: 'e5', kind: 'event' }), anEntry({ id: 'm6' })], before_cursor: null }
    const fresh = { items: [anEntry({ id: 'm6' }), anEntry({ id: 'm5' })], before_cursor: null }
    expect(mergeTimeline(known, fresh).items.map((entry) => entry.kind)).toEqual(['event', 'inbound', 'inbound'])
  })

  it('puts earlier messages in front, each once', () => {
    const now = prependEarlier(stretch([3, 4], 'c3'), stretch([1, 2, 3], 'c1'))
    expect(ids(now)).toEqual([1, 2, 3, 4])
    expect(now.before_cursor).toBe('c1')
  })
})
