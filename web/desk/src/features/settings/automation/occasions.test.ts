import { describe, expect, it } from 'vitest'
import { fieldFor, freshOccasion, isReady, keptValues, movedTo, shownValues, slim } from './occasions'

describe('occasions', () => {
  it('know where their values come from', () => {
    expect(fieldFor({ on: 'priority_changed' })).toBe('priority')
    expect(fieldFor({ on: 'field_changed', field: 'order' })).toBe('fields.order')
    expect(fieldFor({ on: 'created' })).toBe('')
  })
  it('are ready only when they can come', () => {
    expect(isReady(freshOccasion('time'))).toBe(true)
    expect(isReady({ on: 'hours', clock: '09:00', weekdays: [] })).toBe(false)
    expect(isReady({ on: 'field_changed' })).toBe(false)
  })
  it('show nobody as a word and keep it as nothing', () => {
    expect(shownValues([null, 3])).toEqual(['nobody', 3])
    expect(keptValues(['nobody', 3, 'true'])).toEqual([null, 3, true])
  })
  it('are sent without what says nothing', () => {
    expect(slim({ on: 'created', was: [], now: [], field: '', minutes: 0, calendar_id: null })).toEqual({ on: 'created' })
  })
  it('move to a place', () => {
    expect(movedTo([1, 2, 3, 4], 4, 1)).toEqual([1, 4, 2, 3])
    expect(movedTo([1, 2, 3], 1, 9)).toEqual([2, 3, 1])
    expect(movedTo([1, 2, 3], 1, -1)).toEqual([1, 2, 3])
  })
})
