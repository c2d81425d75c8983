import { describe, expect, it } from 'vitest'
import { scopeFrom, scopeOf } from './useScope'

describe('what a rule is for', () => {
  it.each([
    ['all', { channel_id: null, channel_kind: '' }],
    ['kind:email', { channel_id: null, channel_kind: 'email' }],
    ['channel:3', { channel_id: 3, channel_kind: '' }],
  ])('%s is one value of a choice, there and back', (value, scope) => {
    expect(scopeFrom(value)).toEqual(scope)
    expect(scopeOf(scope)).toBe(value)
  })
})
