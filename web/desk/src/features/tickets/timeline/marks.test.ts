import { describe, expect, it } from 'vitest'
import { checkResults } from './marks'

describe('what the receiving server found', () => {
  it('names each check, and which was not made', () => expect(checkResults({ spf: 'fail', dmarc: 'fail' }, 'not checked')).toBe('SPF fail · DKIM not checked · DMARC fail'))
  it('is nothing where none was', () => expect(checkResults({ claims: 'us' }, 'not checked')).toBe(''))
})
