import { describe, expect, it } from 'vitest'
import { anEntry } from '../testing'
import { knownIn, newsSince } from './newsSince'

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
