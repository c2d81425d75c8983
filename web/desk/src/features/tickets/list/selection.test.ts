import { afterEach, describe, expect, it } from 'vitest'
import { MOST_AT_ONCE, between, useSelection } from './selection'

const { picked, toggle, extend, add, clear } = useSelection()
afterEach(clear)

describe('choosing tickets', () => {
  it('takes a row and lets it go', () => {
    toggle(3)
    expect([...picked]).toEqual([3])
    toggle(3)
    expect([...picked]).toEqual([])
  })

  it('takes all from the last one to this one, either way', () => {
    toggle(4)
    extend(2, [1, 2, 3, 4, 5])
    expect([...picked].sort()).toEqual([2, 3, 4])
  })

  it('takes one alone where the last is not in the list', () => {
    expect(between([1, 2], 9, 2)).toEqual([2])
    expect(between([1, 2], null, 2)).toEqual([2])
  })

  it('takes no more than can be changed at once', () => {
    add(Array.from({ length: MOST_AT_ONCE + 5 }, (_, i) => i + 1))
    expect(picked.size).toBe(MOST_AT_ONCE)
  })
})
