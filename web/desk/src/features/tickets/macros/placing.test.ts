import { describe, expect, it } from 'vitest'
import { askedBefore, gapsIn, place } from './placing'

describe('asking for a script', () => {
  it('is a semicolon of either script at the start of a word', () => {
    expect(askedBefore('您好 ;退款', 6)).toBe('退款')
    expect(askedBefore('；tk', 3)).toBe('tk')
    expect(askedBefore('您好，;', 4)).toBe('')
  })

  it('is none within a word, behind a space, or before the caret', () => {
    expect(askedBefore('a;b', 3)).toBeNull()
    expect(askedBefore(';tk ', 4)).toBeNull()
    expect(askedBefore(';tk', 0)).toBeNull()
  })
})

describe('placing words', () => {
  it('replaces the question and leaves the rest', () => {
    expect(place('您好 ;tk 谢谢', 6, '三天到账。')).toEqual({ text: '您好 三天到账。 谢谢', start: 8, end: 8 })
  })

  it('selects the first placeholder that is left', () => {
    const { text, start, end } = place(';', 1, '{{customer.company}}您好')
    expect(text.slice(start, end)).toBe('{{customer.company}}')
  })
})

describe('gaps', () => {
  it('are placeholders of ours and others', () => {
    expect(gapsIn('{{ today }} {{user}} { x } {{Field}}').map(({ name, isOurs }) => [name, isOurs])).toEqual([['today', true], ['user', false]])
  })
})
