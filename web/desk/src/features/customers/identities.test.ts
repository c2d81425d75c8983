import { describe, expect, it } from 'vitest'
import { identityFrom } from './identities'

describe('a contact detail', () => {
  it('is told by its form', () => {
    expect(identityFrom(' wang@a.cn ')).toEqual({ kind: 'email', value: 'wang@a.cn' })
    expect(identityFrom('+86 138-0000-1000')).toEqual({ kind: 'phone', value: '+86 138-0000-1000' })
    expect(identityFrom('95555')).toEqual({ kind: 'phone', value: '95555' })
  })

  it('is refused when it is none', () => {
    expect(['王芳', '123', '', 'a@b', '-----'].map(identityFrom)).toEqual([null, null, null, null, null])
  })
})
