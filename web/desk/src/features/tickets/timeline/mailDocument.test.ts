import { describe, expect, it } from 'vitest'
import { isPlain, mailDocument, type Look } from './mailDocument'

const look: Look = { lang: 'zh-CN', isDark: false, showPictures: false, foldLabel: '显示引用', pictures: { 'a@b': '/files/7' }, colours: { text: '#111', link: '#00f', soft: '#666', line: '#ddd' } }
const parse = (html: string, given: Partial<Look> = {}) => new DOMParser().parseFromString(mailDocument(html, { ...look, ...given }), 'text/html')

describe('the document of a mail', () => {
  it('forbids everything but style and our own pictures', () => {
    const rule = parse('<p>hi</p>').querySelector('meta[http-equiv]')?.getAttribute('content') ?? ''
    expect(rule).toContain("default-src 'none'")
    expect(rule).not.toContain('https: http:')
    expect(rule).not.toContain('script-src')
  })

  it('shows the pictures of the mail itself, and none that it does not hold', () => {
    const pictures = parse('<img src="cid:a@b"><img src="cid:gone" alt="x">').querySelectorAll('img')
    expect([...pictures].map((picture) => picture.getAttribute('src'))).toEqual(['/files/7', null])
  })

  it('leaves remote pictures out until they are asked for', () => {
    const mail = '<img data-blocked-src="https://tracker.example/p.png">'
    expect(parse(mail).querySelector('img')?.getAttribute('src')).toMatch(/^data:image\/gif/)
    expect(parse(mail, { showPictures: true }).querySelector('img')?.getAttribute('src')).toBe('https://tracker.example/p.png')
  })

  it('gives no room to a picture that only counts the opening', () => {
    expect(parse('<img data-blocked-src="https://t.example/p.gif" width="1" height="1">').querySelector('img')?.hasAttribute('hidden')).toBe(true)
  })

  it('loads nothing but web pictures when asked', () => {
    const mail = '<img data-blocked-src="javascript:alert(1)">'
    expect(parse(mail, { showPictures: true }).querySelector('img')?.getAttribute('src')).toBeNull()
  })

  it('opens links elsewhere, without saying where from', () => {
    const link = parse('<a href="https://example.com">x</a>').querySelector('a')
    expect(link?.getAttribute('target')).toBe('_blank')
    expect(link?.getAttribute('rel')).toContain('noreferrer')
  })

  it('folds the quotation', () => {
    const mail = parse('<p>好的</p><blockquote>原文</blockquote>')
    expect(mail.querySelector('details blockquote')?.textContent).toBe('原文')
    expect(mail.querySelector('details')?.hasAttribute('open')).toBe(false)
  })

  it('folds all that follows Outlook’s header', () => {
    const mail = parse('<p>OK</p><div id="divRplyFwdMsg">From: A</div><div>old words</div>')
    expect(mail.querySelector('details')?.textContent).toContain('old words')
  })

  it('shows a mail that begins with its quotation whole', () => {
    expect(parse('<blockquote>全部</blockquote><p>答</p>').querySelector('details')).toBeNull()
  })

  it('sets a mail that paints itself on white in the dark', () => {
    expect(mailDocument('<p style="color:#000">x</p>', { ...look, isDark: true })).toContain('background:#fff')
    expect(mailDocument('<p>x</p>', { ...look, isDark: true })).not.toContain('background:#fff')
  })
})

describe('a plain mail', () => {
  it('is one whose layout says nothing', () => expect(isPlain('<div><p>你好<br>谢谢</p></div>')).toBe(true))
  it('has no table, picture or list', () => expect(isPlain('<p>a</p><table><tr><td>1</td></tr></table>')).toBe(false))
})
