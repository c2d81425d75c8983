import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Connection, type LiveState } from './connection'
import type { StreamMessage } from './source'

const fetched = vi.fn<typeof fetch>()
const states: LiveState[] = []
const messages: StreamMessage[] = []
const refused = vi.fn()
let connection: Connection

beforeEach(() => {
  vi.useFakeTimers()
  fetched.mockReset()
  refused.mockReset()
  states.length = messages.length = 0
  vi.stubGlobal('fetch', fetched)
  connection = new Connection('/api/v1/stream', {
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
    onRefused: refused,
  }, () => 1)
})
afterEach(() => {
  connection.close()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A response whose body is said piece by piece. */
function line() {
  let control!: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({ start: (given) => (control = given) })
  return {
    response: { ok: true, status: 200, body } as unknown as Response,
    say: (text: string) => control.enqueue(new TextEncoder().encode(text)),
    end: () => control.close(),
  }
}
const settle = () => vi.advanceTimersByTimeAsync(0)
const headersOf = (call: number) => (fetched.mock.calls[call]?.[1] as RequestInit).headers as Record<string, string>

describe('the live connection', () => {
  it('hands on messages and resumes after the last of them', async () => {
    const first = line()
    fetched.mockResolvedValueOnce(first.response).mockResolvedValueOnce(line().response)
    connection.open()
    await settle()
    expect(headersOf(0)['Last-Event-ID']).toBeUndefined()
    first.say('id: 41\nevent: ticket\ndata: {"id":5}\n\n')
    await settle()
    expect(messages).toEqual([{ id: '41', event: 'ticket', data: '{"id":5}' }])

    first.end()
    await settle()
    await vi.advanceTimersByTimeAsync(500)
    expect(headersOf(1)['Last-Event-ID']).toBe('41')
    expect(states).toEqual(['connecting', 'connected', 'waiting', 'connecting', 'connected'])
  })

  it('waits longer after each failure, up to half a minute', async () => {
    fetched.mockRejectedValue(new TypeError('no route'))
    connection.open()
    await settle()
    for (const pause of [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      const before = fetched.mock.calls.length
      await vi.advanceTimersByTimeAsync(pause - 1)
      expect(fetched.mock.calls.length).toBe(before)
      await vi.advanceTimersByTimeAsync(1)
      expect(fetched.mock.calls.length).toBe(before + 1)
    }
  })

  it('gives up when the session is over', async () => {
    fetched.mockResolvedValue({ ok: false, status: 401, body: null } as unknown as Response)
    connection.open()
    await settle()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(refused).toHaveBeenCalledExactlyOnceWith(401)
    expect(fetched).toHaveBeenCalledOnce()
  })

  it('tries at once when asked', async () => {
    fetched.mockRejectedValue(new TypeError('no route'))
    connection.open()
    await settle()
    connection.retryNow()
    await settle()
    expect(fetched).toHaveBeenCalledTimes(2)
  })

  it('takes a silent line for a dead one', async () => {
    const silent = line()
    fetched.mockImplementation((_url, init) => {
      ;(init?.signal as AbortSignal).addEventListener('abort', () => silent.end())
      return Promise.resolve(silent.response)
    })
    connection.open()
    await settle()
    for (let quarter = 0; quarter < 4; quarter++) {
      await vi.advanceTimersByTimeAsync(15_000)
      silent.say(': still here\n\n')
      await settle()
    }
    expect(states.at(-1)).toBe('connected')
    await vi.advanceTimersByTimeAsync(45_000)
    expect(states.at(-1)).toBe('waiting')
  })

  it('stays closed once closed', async () => {
    fetched.mockResolvedValue(line().response)
    connection.open()
    await settle()
    connection.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(fetched).toHaveBeenCalledOnce()
    expect(states.at(-1)).toBe('off')
  })
})
