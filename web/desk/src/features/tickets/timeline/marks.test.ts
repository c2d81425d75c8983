import { describe, expect, it } from 'vitest'
import { checkResults } from './marks'

describe('what the receiving server found', () => {
  it('names the checks that were made', () => expect(checkResults({ spf: 'fail', dmarc: 'fail' })).toBe('SPF fail · DMARC fail'))
  it('is nothing where none was', () => expect(checkResults({ claims: 'us' })).toBe(''))
})
