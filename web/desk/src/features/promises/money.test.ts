import { describe, expect, it } from 'vitest'
import { amountText, exceeded, moneyText, worthOf } from './money'

const limits = { a_grant: '50.00', a_day: '120.00', given_today: '80.00', customer_amount: '100.00', customer_got: '60.00', customer_count: 3, customer_times: 1 }

describe('amounts', () => {
  it('are written with their currency as the reader writes them', () => {
    expect(moneyText('1200.00', 'CNY', 'zh-CN')).toBe('¥1,200')
    expect(moneyText('0.50', 'CNY', 'en')).toBe('CN¥0.50')
    expect(moneyText('1200', 'USD', 'en')).toBe('$1,200')
    expect(moneyText('1200.00', 'JPY', 'zh-CN')).toBe('JP¥1,200')
    expect(moneyText(null, 'CNY', 'en')).toBe('')
  })

  it('are written as people write them', () => {
    expect(amountText('1200.00', 'en')).toBe('1,200')
    expect(amountText('0.50', 'zh-CN')).toBe('0.50')
    expect(amountText(null, 'en')).toBe('')
  })

  it('are counted to the cent', () => {
    expect(worthOf(1005, '0.0100')).toBe(10.05)
    expect(worthOf(3, '0.3350')).toBe(1.01)
  })

  it('go over the limits the server would name', () => {
    expect(exceeded(40, limits)).toEqual([])
    expect(exceeded(41, limits)).toEqual(['a_day', 'customer'])
    expect(exceeded(51, { ...limits, given_today: '0' , customer_got: '0' })).toEqual(['a_grant'])
    expect(exceeded(1, { ...limits, customer_times: 3 })).toEqual(['customer_count'])
    expect(exceeded(0, { ...limits, customer_times: 3 })).toEqual([])
  })
})
