import { describe, expect, it } from 'vitest'
import { askedOf, choiceOf, placeOf, type Asked } from './chains'

describe('a chain of approval', () => {
  it('names people as choices and back', () => {
    for (const asked of [{ role: 'lead' }, { group: 3 }, { staff: 7 }] as Asked[]) expect(askedOf(choiceOf(asked))).toEqual(asked)
  })

  it('is told where it is wrong, counted from one', () => {
    expect(placeOf('rules.1.stages.0.asks.0')).toEqual({ rule: 2, stage: 1 })
    expect(placeOf('rules.0.above')).toEqual({ rule: 1, stage: null })
  })
})
