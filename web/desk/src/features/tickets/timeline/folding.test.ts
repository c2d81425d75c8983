import { describe, expect, it } from 'vitest'
import { anEntry } from '../testing'
import { fold } from './folding'

const ME = 7
let id = 0
const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 4, minute)).toISOString()
const said = (minute: number, given = {}) => anEntry({ id: String(++id), at: at(minute), ...given })
const event = (minute: number) => anEntry({ id: String(++id), kind: 'event', at: at(minute), author: { kind: 'staff', id: 2, name: '李娜' }, event: { type: 'tickets.assigned', params: {} } })
const kinds = (items: ReturnType<typeof fold>) => items.map((item) => item.kind).filter((kind) => kind !== 'day')

describe('folding a timeline', () => {
  it('makes one line of events in a row', () => {
    const items = fold([said(1), event(2), event(3), event(4), said(5)], null, ME)
    expect(kinds(items)).toEqual(['message', 'changes', 'message'])
    expect(items.find((item) => item.kind === 'changes')).toMatchObject({ entries: { length: 3 } })
  })

  it('keeps the order of events and words', () => {
    expect(kinds(fold([event(1), said(2), event(3), said(4), event(5)], null, ME))).toEqual(['changes', 'message', 'changes', 'message', 'changes'])
  })

  it('shows each day once', () => {
    const items = fold([said(1), said(2), said(60 * 30), event(60 * 31)], null, ME)
    expect(items.filter((item) => item.kind === 'day')).toHaveLength(2)
  })

  it('keeps keys apart, so that nothing is drawn over another', () => {
    const keys = fold([event(1), said(2), event(3), said(60 * 30), event(60 * 31), said(60 * 32)], at(2), ME).map((item) => item.key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('puts one mark before the first word that is new', () => {
    const items = fold([said(1), said(5), said(6)], at(2), ME)
    expect(kinds(items)).toEqual(['message', 'new', 'message', 'message'])
    expect(items.find((item) => item.kind === 'new')).toMatchObject({ count: 2 })
  })

  it('puts no mark on a ticket that was never opened, before events or before own words', () => {
    expect(kinds(fold([said(1)], null, ME))).toEqual(['message'])
    expect(kinds(fold([said(1), event(5)], at(2), ME))).toEqual(['message', 'changes'])
    expect(kinds(fold([said(1), said(5, { kind: 'outbound', author: { kind: 'staff', id: ME, name: '我' } })], at(2), ME))).toEqual(['message', 'message'])
  })

  it('gathers quick lines of a chat under one name, but not mails', () => {
    const chat = [said(1, { channel_kind: 'chat' }), said(2, { channel_kind: 'chat' }), said(30, { channel_kind: 'chat' })]
    const isContinued = (items: ReturnType<typeof fold>) => items.flatMap((item) => (item.kind === 'message' ? [item.isContinued] : []))
    expect(isContinued(fold(chat, null, ME))).toEqual([false, true, false])
    expect(isContinued(fold([said(1), said(2)], null, ME))).toEqual([false, false])
  })
})
