import { describe, expect, it } from 'vitest'
import { isHere, take } from './presence'

const ME = 1
const li = (state: string) => ({ ticket_id: 1, staff: { id: 2, name: '李娜' }, state })

describe('who else is here', () => {
  it('comes, types and goes', () => {
    const came = take([], li('viewing'), ME, 0)
    expect(came).toMatchObject({ presences: [{ name: '李娜', state: 'viewing' }], hasNewcomer: true })
    const types = take(came.presences, li('typing'), ME, 1000)
    expect(types).toMatchObject({ presences: [{ state: 'typing' }], hasNewcomer: false })
    expect(take(types.presences, li('left'), ME, 2000).presences).toEqual([])
  })

  it('is never oneself, in another window', () => {
    expect(take([], { ticket_id: 1, staff: { id: ME, name: '我' }, state: 'typing' }, ME, 0)).toEqual({ presences: [], hasNewcomer: false })
  })

  it('is not the customer', () => {
    expect(take([], { ticket_id: 1, customer: true, state: 'typing' }, ME, 0).presences).toEqual([])
  })

  it('is gone when nothing is heard any more', () => {
    const [one] = take([], li('viewing'), ME, 0).presences
    expect(isHere(one!, 44_000)).toBe(true)
    expect(isHere(one!, 46_000)).toBe(false)
  })

  it('is a newcomer again after a long silence', () => {
    const { presences } = take([], li('viewing'), ME, 0)
    expect(take(presences, li('viewing'), ME, 100_000).hasNewcomer).toBe(true)
  })
})
