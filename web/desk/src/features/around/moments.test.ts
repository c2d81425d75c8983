import { describe, expect, it } from 'vitest'
import { fieldText, hoursText, minutesOf, quickPicks } from './moments'

const at = (name: string, now: Date) => quickPicks(now, true).find((pick) => pick.name === name)?.at ?? null

describe('quick picks', () => {
  it('name an hour from now, tomorrow and next Monday at nine', () => {
    const friday = new Date(2026, 10, 27, 16, 20)
    expect(at('hour', friday)).toEqual(new Date(2026, 10, 27, 17, 20))
    expect(at('tomorrow', friday)).toEqual(new Date(2026, 10, 28, 9))
    expect(at('monday', friday)).toEqual(new Date(2026, 10, 30, 9))
    expect(at('customer', friday)).toBeNull()
  })

  it('mean the Monday of next week on a Monday, and tomorrow on a Sunday', () => {
    expect(at('monday', new Date(2026, 10, 30, 8))).toEqual(new Date(2026, 11, 7, 9))
    expect(at('monday', new Date(2026, 10, 29, 8))).toEqual(new Date(2026, 10, 30, 9))
  })

  it('wait for the customer only where that is possible', () => {
    expect(quickPicks(new Date(), false).map((pick) => pick.name)).toEqual(['hour', 'tomorrow', 'monday'])
  })
})

describe('time', () => {
  it('is read as people write it', () => {
    expect(['95', '1:35', '1h35', '1.5h', '24:00'].map(minutesOf)).toEqual([95, 95, 95, 90, 1440])
    expect(['', '0', 'x', '24:01', '-5', '99999'].map(minutesOf)).toEqual([null, null, null, null, null, null])
  })

  it('is shown in hours and minutes', () => {
    expect([5, 60, 95].map(hoursText)).toEqual(['0:05', '1:00', '1:35'])
  })

  it('stands in a field in local time', () => {
    expect(fieldText(new Date(2026, 0, 2, 3, 4))).toBe('2026-01-02T03:04')
  })
})
