import { describe, expect, it } from 'vitest'
import { choicesBefore, depthsOf, misfitsOf, renamed } from './branching'
import { blankSlot, type Slot } from './rulesApi'

const text = (key: string, ...only_if: Array<[string, string[]]>): Slot => ({ ...blankSlot([]), key, only_if: only_if.map(([on, any_of]) => ({ key: on, any_of })) })
const choice = (key: string, ...only_if: Array<[string, string[]]>): Slot => ({ ...text(key, ...only_if), kind: 'choice', options: ['x', 'y'].map((value) => ({ value, zh: value, en: value })) })
const told = (...slots: Slot[]) => [...misfitsOf(slots)].map(([place, { kind }]) => [place, kind])

describe('a form that branches', () => {
  it('may ask by what was chosen before, and by several choices at once', () => {
    expect(told(choice('a'), choice('b', ['a', ['x']]), text('c', ['b', ['y']], ['a', ['x', 'y']]))).toEqual([])
  })

  it.each([
    [[text('b', ['a', ['x']]), choice('a')], [[0, 'notBefore']]],
    [[choice('a', ['a', ['x']])], [[0, 'notBefore']]],
    [[text('a'), text('b', ['a', ['x']])], [[1, 'noChoice']]],
    [[choice('a'), text('b', ['a', []])], [[1, 'empty']]],
    [[choice('a'), text('b', ['a', ['z']])], [[1, 'gone']]],
    [[choice('a'), text('b', ['a', ['x']], ['a', ['y']])], [[1, 'never']]],
    [[choice('a'), choice('b', ['a', ['x']]), text('c', ['b', ['x']], ['a', ['y']])], [[2, 'never']]],
  ])('does not pass where a way leads nowhere: %#', (slots, wrong) => {
    expect(told(...slots)).toEqual(wrong)
  })

  it('stands in by what it depends on', () => {
    expect(depthsOf([choice('a'), choice('b', ['a', ['x']]), text('c', ['b', ['y']]), text('d')])).toEqual([0, 1, 2, 0])
    expect(choicesBefore([choice('a'), text('b'), choice('c'), text('d')], 2).map(({ place }) => place)).toEqual([0])
  })

  it('follows a question that gets another key', () => {
    expect(renamed([choice('want'), text('b', ['a', ['x']])], 'a', 'want')[1]!.only_if).toEqual([{ key: 'want', any_of: ['x'] }])
  })
})
