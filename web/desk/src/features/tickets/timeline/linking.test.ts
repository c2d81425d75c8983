import { describe, expect, it } from 'vitest'
import { linkPieces } from './linking'

const links = (text: string) => linkPieces(text).flatMap((piece) => (piece.href ? [piece.href] : []))

describe('addresses in text', () => {
  it('end where Chinese goes on', () => expect(links('请看https://a.example/x?y=1，谢谢')).toEqual(['https://a.example/x?y=1']))
  it('do not take the full stop', () => expect(links('See https://a.example/x.')).toEqual(['https://a.example/x']))
  it('keep a bracket opened in them', () => expect(links('https://a.example/b_(c)')).toEqual(['https://a.example/b_(c)']))
  it('may be of mail', () => expect(links('写给 wang.fang@mail.example 吧')).toEqual(['mailto:wang.fang@mail.example']))
  it('are never scripts', () => expect(links('javascript:alert(1)')).toEqual([]))
  it('lose nothing of the text', () => {
    const text = '甲 https://a.example。乙 b@c.example!'
    expect(linkPieces(text).map((piece) => piece.text).join('')).toBe(text)
  })
})
