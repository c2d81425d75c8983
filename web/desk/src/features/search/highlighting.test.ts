import { describe, expect, it } from 'vitest'
import { cut, highlight } from './highlighting'

const hits = (text: string, question: string) => highlight(text, question).filter((piece) => piece.isHit).map((piece) => piece.text)

describe('highlighting', () => {
  it('finds a Chinese word of two characters', () => expect(hits('我的订单退款多久到账', '退款')).toEqual(['退款']))
  it('finds a surname of one character', () => expect(hits('王芳', '王')).toEqual(['王']))
  it('finds each word of several', () => expect(hits('退款 order A-1002 未到账', '退款 A-1002')).toEqual(['退款', 'A-1002']))
  it('ignores case', () => expect(hits('Refund for ORDER', 'refund order')).toEqual(['Refund', 'ORDER']))
  it('falls back to pairs where the phrase is not there whole', () => expect(hits('退款多久能到账', '退款到账')).toEqual(['退款', '到账']))
  it('takes signs as they are', () => expect(hits('总价 (含税) $5.00', '(含税) $5.00')).toEqual(['(含税)', '$5.00']))
  it('loses nothing of the text', () => {
    const text = '我的订单退款多久到账，退款呢？'
    expect(highlight(text, '退款').map((piece) => piece.text).join('')).toBe(text)
  })
  it('shows plain text where nothing was asked', () => expect(highlight('王芳', ' ')).toEqual([{ text: '王芳', isHit: false }]))
})

describe('cutting at marks', () => {
  it('marks what the server found', () => {
    expect(cut('我的订单退款多久到账', [[4, 6]])).toEqual([
      { text: '我的订单', isHit: false },
      { text: '退款', isHit: true },
      { text: '多久到账', isHit: false },
    ])
  })
  it('begins shortly before the first hit', () => {
    const pieces = cut(`${'前'.repeat(60)}退款`, [[60, 62]])
    expect(pieces.map((piece) => piece.text)).toEqual(['…', '前'.repeat(10), '退款'])
  })
  it('begins at the beginning where nothing was marked', () => expect(cut('前'.repeat(60), []).map((piece) => piece.text)).toEqual(['前'.repeat(60)]))
  it('counts an emoji as one character', () => expect(cut('🙏退款', [[1, 3]]).find((piece) => piece.isHit)?.text).toBe('退款'))
  it('survives marks that overlap or are empty', () => {
    expect(cut('退款单', [[0, 2], [1, 3], [2, 2]]).map((piece) => piece.text).join('')).toBe('退款单')
  })
})
