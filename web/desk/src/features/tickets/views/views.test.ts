import { describe, expect, it } from 'vitest'
import { countText, nameOf, readFilter, together, writeFilter } from './views'

const urgent = { field: 'priority', is: 'any_of', value: [4] }

describe('the filter in the address', () => {
  it('comes back as it was written', () => {
    expect(readFilter(writeFilter([urgent]))).toEqual([urgent])
    expect(writeFilter([])).toBe('')
  })

  it('is none when it can not be read', () => {
    expect([readFilter('{'), readFilter('null'), readFilter('{"any":[]}')]).toEqual([[], [], []])
  })

  it('joins the view when both become a view of its own', () => {
    const open = { field: 'status', is: 'any_of', value: ['open'] }
    expect(together({ all: [open] }, [urgent])).toEqual({ all: [open, urgent] })
    expect(together({ any: [open] }, [urgent])).toEqual({ all: [{ any: [open] }, urgent] })
    expect(together({ any: [open] }, [])).toEqual({ any: [open] })
  })
})

it('names a view in the language there is', () => {
  expect(nameOf({ name_zh: '紧急', name_en: '' }, 'en')).toBe('紧急')
  expect(nameOf({ name_zh: '紧急', name_en: 'Urgent' }, 'en')).toBe('Urgent')
})

it('says at least where counting stopped', () => {
  expect([countText(1000, 1000), countText(999, 1000), countText(undefined, 1000)]).toEqual(['1000+', '999', ''])
})
