import { afterEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { dispatch, startLive, stopLive, useLive, useLiveEvent } from './live'

afterEach(() => {
  stopLive()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

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

it('tells a first hello from one after a time without a stream', async () => {
  vi.useFakeTimers()
  const heard = vi.fn()
  effectScope().run(() => useLiveEvent('hello', heard))
  const controls: ReadableStreamDefaultController<Uint8Array>[] = []
  vi.stubGlobal('navigator', { onLine: true }) // without locks: a line of its own
  vi.stubGlobal('fetch', () => {
    const body = new ReadableStream<Uint8Array>({ start: (given) => void controls.push(given) })
    return Promise.resolve({ ok: true, status: 200, body } as unknown as Response)
  })
  const { isHeard } = useLive()
  startLive('/api/v1/stream', 1, () => undefined)
  expect(isHeard.value).toBe(false) // what is told without being kept could still be missed
  await vi.advanceTimersByTimeAsync(0)
  expect(isHeard.value).toBe(true)
  const greet = (which: number) => controls[which]?.enqueue(new TextEncoder().encode('id: 4\nevent: hello\ndata: {}\n\n'))
  greet(0)
  await vi.advanceTimersByTimeAsync(0)
  controls[0]?.close()
  await vi.advanceTimersByTimeAsync(1000)
  greet(1)
  await vi.advanceTimersByTimeAsync(0)
  expect(heard.mock.calls.map(([data]) => data.again)).toEqual([false, true])
})
