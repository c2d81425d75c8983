import { expect, it } from 'vitest'
import { contrast, isColor, newGreeting, newKey, newQuestion, wholeGreeting, wholeOffline, wholePreChat } from './structures'

it('gives each question a key of its own', () => {
  expect(newKey('text', [])).toBe('text')
  expect(newKey('text', ['text', 'text_2'])).toBe('text_3')
  expect(newQuestion('choice', []).options).toHaveLength(2)
  expect(newQuestion('consent', []).required).toBe(true)
  expect(newGreeting(['greeting-2']).id).toBe('greeting-3')
})

it('takes what the server keeps, though defaults are left out', () => {
  expect(wholePreChat({ fields: [{ key: 'name', type: 'name' }] as never })).toEqual({ pages: [], intro: {}, fields: [{ key: 'name', type: 'name', label: {}, required: false, options: [] }] })
  expect(wholeOffline(null)).toEqual({ intro: {}, fields: [] })
  expect(wholeGreeting({ id: 'a', after_seconds: 3 })).toMatchObject({ id: 'a', active: true, after_seconds: 3, visits: 'any' })
})

it('measures contrast as WCAG does', () => {
  expect(contrast('#000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#767676', '#fff')).toBeCloseTo(4.54, 2)
  expect([isColor('#0a7'), isColor('#00aa77'), isColor('red'), isColor('')]).toEqual([true, true, false, false])
})
