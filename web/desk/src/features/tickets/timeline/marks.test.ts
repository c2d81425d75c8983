import { describe, expect, it } from 'vitest'
import { checkResults, checkedBy } from './marks'

describe('what the receiving server found', () => {
  it('names each check, and which was not made', () => expect(checkResults({ spf: 'fail', dmarc: 'fail' }, 'not checked')).toBe('SPF fail · DKIM not checked · DMARC fail'))
  it('is nothing where none was', () => expect(checkResults({ claims: 'us' }, 'not checked')).toBe(''))
})

describe('who checked a sender', () => {
  it('is the server by its name', () => expect(checkedBy({ server: 'mx.shop.example' })).toBe('tickets.marks.verifiedHint'))
  it('is the mailbox’s server where that gives no name', () => expect(checkedBy({})).toBe('tickets.marks.verifiedByMailbox'))
  it('is us where no server did', () => expect(checkedBy({ by_us: true })).toBe('tickets.marks.verifiedHere'))
})
