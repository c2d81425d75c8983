import { describe, expect, it } from 'vitest'
import type { Condition, FormField } from './api'
import { holds, missingFields, shownFields } from './conditions'

const condition = (told: Partial<Condition>): Condition => ({ about: 'field', key: 'area', any_of: [], at_least: null, at_most: null, ...told })
const field = (key: string, shown_when: Condition[] = [], required = true): FormField => ({ key, kind: 'text', zh: key, en: key, rules: {}, required, shown_when })

describe('conditions of a procedure', () => {
  it.each([
    [{ any_of: ['hardware'] }, { area: 'hardware' }, true],
    [{ any_of: ['hardware'] }, { area: 'software' }, false],
    [{ any_of: ['hardware'] }, {}, false],
    [{}, { area: 'anything' }, true],
    [{ key: 'amount', at_most: 500 }, { amount: 500 }, true],
    [{ key: 'amount', at_most: 500 }, { amount: 500.01 }, false],
    [{ key: 'amount', at_least: 1 }, { amount: 'x' }, false],
    [{ any_of: ['b'] }, { area: ['a', 'b'] }, true],
  ] as Array<[Partial<Condition>, Record<string, unknown>, boolean]>)('%o on %o is %s', (told, values, expected) => {
    expect(holds(condition(told), values)).toBe(expected)
  })

  it('asks the questions of the kind of problem only, and names what is missing of them', () => {
    const fields = [field('serial', [condition({ any_of: ['hardware'] })]), field('version', [condition({ any_of: ['software'] })]), field('tried', [], false)]
    expect(shownFields(fields, { area: 'hardware' }).map((one) => one.key)).toEqual(['serial', 'tried'])
    expect(missingFields(fields, { area: 'hardware' }).map((one) => one.key)).toEqual(['serial'])
    expect(missingFields(fields, { area: 'hardware', serial: 'SN1' })).toEqual([])
  })
})
