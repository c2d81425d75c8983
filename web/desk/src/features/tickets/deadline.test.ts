import { describe, expect, it } from 'vitest'
import { countdownTo } from './deadline'

const MINUTE = 60_000

describe('a countdown', () => {
  it.each([
    [25 * MINUTE, 'near', 'minutes', { n: 25 }],
    [24.2 * MINUTE, 'near', 'minutes', { n: 25 }],
    [60 * MINUTE, 'near', 'hours', { n: 1 }],
    [95 * MINUTE, 'calm', 'hoursMinutes', { h: 1, m: 35 }],
    [10.5 * 60 * MINUTE, 'calm', 'hours', { n: 10 }],
    [3 * 1440 * MINUTE, 'calm', 'days', { n: 3 }],
    [0, 'late', 'minutes', { n: 0 }],
    [-3.9 * MINUTE, 'late', 'minutes', { n: 3 }],
    [-130 * MINUTE, 'late', 'hoursMinutes', { h: 2, m: 10 }],
  ])('of %d ms', (ahead, tone, unit, values) => {
    expect(countdownTo(1_000_000_000 + ahead, 1_000_000_000)).toEqual({ isOver: ahead <= 0, tone, unit, values })
  })
})
