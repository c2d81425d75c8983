import { describe, expect, it } from 'vitest'
import cases from '../../../../../../zhiyin/tickets/tests/field_cases.json'
import { fitValue } from './fitting'
import { inUse, lineageOf, missingLines, shownLines, type Line } from './forming'
import type { Category, FieldRules } from './types'

const keysOf = (lines: Line[]) => lines.map((line) => line.key)

describe('a value fits a field here as it does on the server', () => {
  it.each(cases.fitting)('$kind $value', ({ kind, rules, value, ...expected }) => {
    const fitted = fitValue(kind, rules as FieldRules, value)
    if ('refused' in expected) expect(fitted).toHaveProperty('misfit.says')
    else expect(fitted).toEqual({ kept: expected.kept })
  })
})

describe('a form shows and asks here as it does on the server', () => {
  it.each(cases.forming)('$says', ({ lines, at, shown, missing, missing_on_close: missingOnClose }) => {
    expect(keysOf(shownLines(lines as Line[], at))).toEqual(shown)
    expect(keysOf(missingLines(lines as Line[], at, false))).toEqual(missing)
    expect(keysOf(missingLines(lines as Line[], at, true))).toEqual(missingOnClose)
  })
})

describe('the tree of categories', () => {
  const category = (id: number, parent: number | null, active = true): Category => ({ id, name: '', path: '', parent_id: parent, depth: 1, position: 0, active })
  const tree = [category(1, null), category(2, 1), category(3, null, false), category(4, 3)]

  it('knows who stands above', () => {
    expect(lineageOf(tree, 2)).toEqual([1, 2])
    expect(lineageOf(tree, null)).toEqual([])
  })

  it('offers nothing beneath what is out of use', () => {
    expect(inUse(tree).map((one) => one.id)).toEqual([1, 2])
  })
})
