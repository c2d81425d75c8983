import { describe, expect, it } from 'vitest'
import { anEntry } from '../testing'
import { changesSince, knownAt, knownIn, newsSince } from './newsSince'

const ME = 7
const entry = (id: string, minute: number, given = {}) => anEntry({ id, at: `2026-11-22T08:${String(minute).padStart(2, '0')}:00Z`, ...given })
const seen = [entry('m5', 5), entry('m6', 6)]
const news = (...added: ReturnType<typeof entry>[]) => newsSince([...seen, ...added], knownIn(seen), ME).map(({ id }) => id)

describe('news on a ticket', () => {
  it('is what others wrote since', () => {
    expect(news(entry('m7', 7), entry('m8', 8, { kind: 'note', author: { kind: 'staff', id: 2, name: '李娜' } }))).toEqual(['m7', 'm8'])
  })

  it('is not one’s own, and not what merely happened', () => {
    expect(news(entry('m7', 7, { kind: 'outbound', author: { kind: 'staff', id: ME, name: '我' } }), entry('e1', 8, { kind: 'event' }))).toEqual([])
  })

  it('is not the past that was loaded', () => {
    expect(newsSince([entry('m1', 1), ...seen], knownIn(seen), ME)).toEqual([])
  })

  it('is also a mail that was taken in late', () => {
    expect(news(entry('m9', 5))).toEqual(['m9'])
  })
})

describe('changes while one wrote', () => {
  const event = (id: string, minute: number, type: string, by = 2) =>
    entry(id, minute, { kind: 'event', author: { kind: 'staff', id: by, name: '李娜' }, event: { type: `tickets.${type}`, params: {} } })

  it('are messages, and what changed status, assignee or group', () => {
    const since = [entry('m7', 7), event('e1', 8, 'resolved'), event('e2', 9, 'assigned'), event('e3', 9, 'edited')]
    expect(changesSince([...seen, ...since], knownIn(seen), ME).map(({ id }) => id)).toEqual(['m7', 'e1', 'e2'])
  })

  it('are not one’s own', () => {
    expect(changesSince([...seen, event('e1', 8, 'resolved', ME)], knownIn(seen), ME)).toEqual([])
  })

  it('count from when a draft was left', () => {
    const known = knownAt([...seen, entry('m9', 9)], '2026-11-22T08:06:30Z')
    expect(changesSince([...seen, entry('m9', 9)], known, ME).map(({ id }) => id)).toEqual(['m9'])
  })
})
