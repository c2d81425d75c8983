import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LiveState } from './connection'
import { SharedLine } from './sharing'

/** The browser's locks, as far as they are used here: one holder, the others wait in turn. */
function fakeLocks() {
  const waiting: Array<() => Promise<void>> = []
  let isHeld = false
  const next = () => {
    const turn = waiting.shift()
    isHeld = turn !== undefined
    void turn?.().finally(next)
  }
  return {
    request: (_name: string, options: { signal: AbortSignal }, work: () => Promise<void>) =>
      new Promise<void>((resolve, reject) => {
        options.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
        waiting.push(() => work().then(resolve))
        if (!isHeld) next()
      }),
  }
}

/** Tabs hear each other at once. */
class FakeChannel {
  static all = new Set<FakeChannel>()
  onmessage: ((event: { data: unknown }) => void) | null = null
  constructor(readonly name: string) {
    FakeChannel.all.add(this)
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all) if (other !== this && other.name === this.name) other.onmessage?.({ data })
  }
  close(): void {
    FakeChannel.all.delete(this)
  }
}

const fetched = vi.fn<typeof fetch>()
let say: (text: string) => void
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  FakeChannel.all.clear()
  vi.stubGlobal('BroadcastChannel', FakeChannel)
  vi.stubGlobal('navigator', { onLine: true, locks: fakeLocks() })
  vi.stubGlobal('fetch', fetched)
  fetched.mockReset().mockImplementation(() => {
    let control!: ReadableStreamDefaultController<Uint8Array>
    const body = new ReadableStream<Uint8Array>({ start: (given) => (control = given) })
    say = (text) => control.enqueue(new TextEncoder().encode(text))
    return Promise.resolve({ ok: true, status: 200, body } as unknown as Response)
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function tab() {
  const heard: string[] = []
  let state: LiveState = 'off'
  const refused = vi.fn()
  const line = new SharedLine('/stream', 'zhiyin.live.1', {
    onState: (now) => (state = now),
    onMessage: (message) => heard.push(message.data),
    onRefused: refused,
  })
  line.open()
  return { line, heard, refused, state: () => state }
}

it('one tab holds the line and all hear', async () => {
  const [first, second] = [tab(), tab()]
  await settle()
  expect(fetched).toHaveBeenCalledOnce()
  say('id: 5\nevent: ticket\ndata: a\n\n')
  await settle()
  expect([first.heard, second.heard]).toEqual([['a'], ['a']])
  expect([first.state(), second.state()]).toEqual(['connected', 'connected'])
  first.line.close()
  second.line.close()
})

it('a tab that comes later learns that the line stands', async () => {
  const first = tab()
  await settle()
  const late = tab()
  expect(late.state()).toBe('connected')
  first.line.close()
  late.line.close()
})

it('when the holder closes, the next goes on without a gap', async () => {
  const [first, second] = [tab(), tab()]
  await settle()
  say('id: 5\nevent: ticket\ndata: a\n\n')
  await settle()
  first.line.close()
  await settle()
  expect(fetched).toHaveBeenCalledTimes(2)
  expect((fetched.mock.calls[1]?.[1] as { headers: Record<string, string> }).headers['Last-Event-ID']).toBe('5')
  say('id: 6\nevent: ticket\ndata: b\n\n')
  await settle()
  expect(second.heard).toEqual(['a', 'b'])
  expect(first.heard).toEqual(['a'])
  second.line.close()
})

it('a session that is over is over in every tab', async () => {
  fetched.mockResolvedValue({ ok: false, status: 401, body: null } as unknown as Response)
  const [first, second] = [tab(), tab()]
  await settle()
  expect([first.refused.mock.calls, second.refused.mock.calls]).toEqual([[[401]], [[401]]])
})
