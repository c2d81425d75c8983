import { describe, expect, it } from 'vitest'
import { waitOf } from './waiting'

describe('a waiting time', () => {
  it.each([
    [5_000, 'now', 0],
    [60_000, 'minutes', 1],
    [59 * 60_000 + 59_000, 'minutes', 59],
    [3_600_000, 'hours', 1],
    [47 * 3_600_000, 'hours', 47],
    [49 * 3_600_000, 'days', 2],
  ])('of %i ms is told in %s', (ms, unit, count) => {
    expect(waitOf(ms)).toEqual({ unit, count })
  })

  it('is not negative where clocks differ', () => {
    expect(waitOf(-4000).unit).toBe('now')
  })
})
