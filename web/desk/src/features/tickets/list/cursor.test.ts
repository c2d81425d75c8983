import { describe, expect, it } from 'vitest'
import { afterDone, neighboursOf, stepFrom } from './cursor'

describe('moving by keyboard', () => {
  it('begins at the first row', () => expect(stepFrom([5, 6, 7], null, null, 1)).toBe(5))
  it('begins beside the open ticket', () => expect(stepFrom([5, 6, 7], null, 6, 1)).toBe(7))
  it('moves one row', () => expect(stepFrom([5, 6, 7], 6, 5, -1)).toBe(5))
  it('stops at the ends', () => {
    expect(stepFrom([5, 6, 7], 7, null, 1)).toBe(7)
    expect(stepFrom([5, 6, 7], 5, null, -1)).toBe(5)
  })
  it('goes nowhere in an empty list', () => expect(stepFrom([], 3, 3, 1)).toBeNull())
})

describe('reading ahead', () => {
  it('fetches the row below, then the one above', () => expect(neighboursOf([5, 6, 7], 6)).toEqual([7, 5]))
  it('knows the ends', () => expect(neighboursOf([5, 6, 7], 7)).toEqual([6]))
})

describe('after a ticket is done', () => {
  it('goes to the next one', () => expect(afterDone([5, 6, 7], 6, new Set())).toBe(7))
  it('passes those that left the view', () => expect(afterDone([5, 6, 7, 8], 6, new Set([7]))).toBe(8))
  it('turns back at the end', () => expect(afterDone([5, 6, 7], 7, new Set([6]))).toBe(5))
  it('stays where nothing is left', () => expect(afterDone([5], 5, new Set())).toBeNull())
})
