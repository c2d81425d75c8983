import { describe, expect, it } from 'vitest'
import { arrivedEarlier, atRest, next, type Happening, type Outgoing, type Sending } from './sending'

const letter = (text: string, given: Partial<Outgoing> = {}): Outgoing => ({ kind: 'reply', text, fileIds: [], then: null, cc: [], mentions: [], mentionedGroups: [], actions: {}, ...given })
const submit = (text: string, newKey = 'k1'): Happening => ({ type: 'submitted', outgoing: letter(text), newKey })
const after = (...happenings: Happening[]): Sending => happenings.reduce(next, atRest)
const OFFLINE: Happening = { type: 'unanswered', error: new Error('offline') }
const CONFLICT: Happening = { type: 'refused', error: null, isConflict: true }

describe('sending', () => {
  it('takes a double click for one', () => {
    const once = after(submit('您好'))
    expect(next(once, submit('您好', 'k2'))).toBe(once)
  })

  it('keeps the key of the draft until it has arrived', () => {
    expect(after(submit('您好', 'k1'), OFFLINE, submit('您好', 'k2')).key).toBe('k1')
    expect(after(submit('您好', 'k1'), CONFLICT, { type: 'send anyway' }).key).toBe('k1')
    expect(after(submit('您好', 'k1'), { type: 'accepted' }, submit('再见', 'k2')).key).toBe('k2')
  })

  it('sends nothing that is empty, but files alone', () => {
    expect(after(submit('  \n')).phase).toBe('idle')
    expect(after({ type: 'submitted', outgoing: letter('', { fileIds: [4] }), newKey: 'k' }).phase).toBe('sending')
  })

  it('asks when the ticket changed meanwhile, and obeys', () => {
    expect(after(submit('您好'), CONFLICT).phase).toBe('conflict')
    expect(after(submit('您好'), CONFLICT, { type: 'send anyway' })).toMatchObject({ phase: 'sending', isForced: true })
    expect(after(submit('您好'), CONFLICT, { type: 'look first' })).toMatchObject({ phase: 'idle', isForced: false })
  })

  it('forces once only: what is sent later is checked again', () => {
    expect(after(submit('您好'), CONFLICT, { type: 'send anyway' }, OFFLINE, submit('您好')).isForced).toBe(false)
  })

  it('does not send anyway what nobody refused', () => {
    expect(after({ type: 'send anyway' })).toBe(atRest)
  })

  it('shows a failure until the text is changed', () => {
    const failed = after(submit('您好'), { type: 'refused', error: 'no', isConflict: false })
    expect(failed).toMatchObject({ phase: 'failed', error: 'no' })
    expect(next(failed, { type: 'edited' })).toMatchObject({ phase: 'idle', error: null })
  })

  it('ignores an answer that comes after the end', () => {
    expect(next(atRest, OFFLINE)).toBe(atRest)
    expect(next(atRest, CONFLICT)).toBe(atRest)
  })
})

describe('an answer after silence', () => {
  it('tells when the earlier text is what arrived', () => {
    const state = after(submit('第一版'), OFFLINE, { type: 'edited' }, submit('第二版'))
    expect(arrivedEarlier(state, '第一版\r\n')).toBe(true)
  })

  it('is nothing special when the text is the one just sent', () => {
    expect(arrivedEarlier(after(submit('第一版'), OFFLINE, submit('第一版')), '第一版')).toBe(false)
    expect(arrivedEarlier(after(submit('第一版')), '第一版\n\n—— 签名')).toBe(false)
  })
})
