import { describe, expect, it } from 'vitest'
import { partQuoted } from './quoting'

const quoted = (text: string) => partQuoted(text, '').quoted
const own = (text: string) => partQuoted(text, '').text

describe('folding what a message repeats', () => {
  it('leaves to the server what it has cut', () => {
    expect(partQuoted('好的', '> 你好')).toEqual({ text: '好的', quoted: '> 你好' })
  })

  it.each([
    ['好的，谢谢\n\n在 2026-11-19 15:02，知音售后 写道：\n> 您好'],
    ['好的，谢谢\n\n2026年11月19日 15:02，知音售后 <support@example.com> 写道：\n您好'],
    ['Thanks\n\nOn Thu, 19 Nov 2026 at 15:02, Support <support@example.com> wrote:\n> Hello'],
    ['谢谢\n\n------------------ 原始邮件 ------------------\n发件人: "知音"'],
    ['Thanks\n-----Original Message-----\nFrom: Support'],
    ['谢谢\n\n发件人：知音售后\n发送时间：2026年11月19日\n正文'],
  ])('knows the line above a quotation: %j', (text) => {
    expect(own(text).split('\n')).toHaveLength(1)
    expect(quoted(text)).not.toBe('')
  })

  it('folds marked lines at the end', () => {
    expect(own('收到\n\n> 第一行\n> 第二行\n')).toBe('收到')
  })

  it('keeps answers written between marked lines', () => {
    const text = '> 什么时候买的？\n上周五\n> 订单号？\n8837'
    expect(own(text)).toBe(text)
  })

  it('shows a message that is all quotation', () => {
    expect(own('> 只有引用')).toBe('> 只有引用')
  })

  it('does not take a customer’s own "From:" for a forwarded head', () => {
    expect(quoted('From: 上海\nTo 北京\n请报价')).toBe('')
  })
})
