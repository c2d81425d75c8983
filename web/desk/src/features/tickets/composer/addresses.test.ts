import { describe, expect, it } from 'vitest'
import { addAll, addressesIn, isAddress } from './addresses'

describe('addresses', () => {
  it('are found in what is pasted', () => {
    expect(addressesIn('王芳 <wang@a.cn>; li@b.cn，赵磊')).toEqual({ addresses: ['wang@a.cn', 'li@b.cn'], rest: '赵磊' })
    expect(addressesIn('a@b.cn c@d.cn')).toEqual({ addresses: ['a@b.cn', 'c@d.cn'], rest: '' })
    expect(addressesIn(' ')).toEqual({ addresses: [], rest: '' })
  })

  it('are told from what is none', () => {
    expect(isAddress('wang@a.cn')).toBe(true)
    expect(['wang', 'wang@a', 'a@b@c.cn', 'a b@c.cn'].some(isAddress)).toBe(false)
  })

  it('are kept once, however they are written', () => {
    expect(addAll(['A@b.cn'], ['a@b.cn', 'c@d.cn', 'C@d.cn'])).toEqual(['A@b.cn', 'c@d.cn'])
  })
})
