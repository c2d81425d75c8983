import { describe, expect, it } from 'vitest'
import { scrollFor, slotOf, windowOf } from './useVirtualRows'

describe('the window of a long list', () => {
  it('draws a few dozen of 20,000 rows', () => {
    const { first, last } = windowOf(20_000, 72, 720_000, 900, 8)
    expect([first, last]).toEqual([9992, 10022])
  })

  it('never leaves the list', () => {
    expect(windowOf(3, 72, 0, 900, 8)).toEqual({ first: 0, last: 3 })
    expect(windowOf(0, 72, 0, 900, 8)).toEqual({ first: 0, last: 0 })
    expect(windowOf(5, 72, 99_999, 900, 8)).toEqual({ first: 0, last: 5 })
    expect(windowOf(500, 72, 99_999, 900, 8)).toEqual({ first: 470, last: 500 })
  })

  it('hands the elements of rows that leave to rows that enter', () => {
    const slots = (top: number) => {
      const shown = windowOf(20_000, 72, top, 900, 8)
      return new Map(Array.from({ length: shown.last - shown.first }, (_, i) => [slotOf(shown.first + i, shown), shown.first + i]))
    }
    const before = slots(72_000)
    const after = slots(72_072)
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort())
    expect([...after].filter(([slot, row]) => before.get(slot) !== row)).toHaveLength(1)
  })
})

describe('bringing a row into sight', () => {
  it('scrolls no further than needed', () => {
    expect(scrollFor(0, 72, 100, 500)).toBe(0)
    expect(scrollFor(10, 72, 0, 500)).toBe(292)
  })

  it('stays where the row is in sight already', () => {
    expect(scrollFor(2, 72, 100, 500)).toBeNull()
  })
})
