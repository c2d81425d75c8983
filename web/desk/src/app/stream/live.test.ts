import { expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { dispatch, useLiveEvent } from './live'

const told = (event: string, data: unknown = {}) => dispatch({ id: '1', event, data: JSON.stringify(data) })

it('tells listeners as long as they live, and stands nonsense', () => {
  const scope = effectScope()
  const heard = vi.fn()
  scope.run(() => useLiveEvent('presence', heard))
  told('presence', { ticket_id: 5, staff: { id: 1, name: '小明' }, state: 'typing' })
  dispatch({ id: '1', event: 'presence', data: '{' })
  scope.stop()
  told('presence', { ticket_id: 6 })
  expect(heard).toHaveBeenCalledExactlyOnceWith({ ticket_id: 5, staff: { id: 1, name: '小明' }, state: 'typing' })
})

it('says at the next hello whether something was missed', () => {
  const heard = vi.fn()
  effectScope().run(() => useLiveEvent('hello', heard))
  told('hello')
  told('reset')
  told('hello')
  told('hello')
  expect(heard.mock.calls.map(([data]) => data.resumed)).toEqual([true, false, true])
})
