import { describe, expect, it } from 'vitest'
import type { Deed, Demand, Held } from './api'
import { minutesBetween, stretchesOf } from './record'

const at = (hour: number) => `2026-05-06T0${hour}:00:00Z`
const held = (since: number, until: number | null): Held => ({ staff: null, group: null, since: at(since), until: until === null ? null : at(until) })
const deed = (hour: number): Deed => ({ at: at(hour), what: 'message.note', by: null, zh: '', en: '', text: String(hour), by_customer: false })
const demand = (since: number, met: number | null): Demand => ({ kind: 'step', zh: '', en: '', since: at(since), due_at: null, met_at: met === null ? null : at(met), met_by: null, is_late: false, target_minutes: null, of: '' })

describe('the record of a ticket', () => {
  it('puts every deed into the one stretch it was done in', () => {
    const stretches = stretchesOf({ number: '#1', subject: '', held: [held(1, 3), held(3, null)], deeds: [deed(0), deed(1), deed(2), deed(3), deed(9)], demands: [] })
    expect(stretches.map((one) => one.deeds.map((each) => each.text))).toEqual([['0', '1', '2'], ['3', '9']])
  })

  it('tells a demand to everybody who held the ticket while it stood', () => {
    const stretches = stretchesOf({ number: '#1', subject: '', held: [held(1, 3), held(3, 5), held(5, null)], deeds: [], demands: [demand(2, 4), demand(4, null)] })
    expect(stretches.map((one) => one.demands.length)).toEqual([1, 2, 1])
  })

  it('counts in whole minutes', () => {
    expect(minutesBetween(at(1), at(2), 0)).toBe(60)
    expect(minutesBetween(at(1), null, Date.parse(at(3)))).toBe(120)
  })
})
