import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useDraft } from './useDraft'
import { writingOn, type Writing } from './writing'

let id = 100
let server: Map<number, string>
let requests: string[]

beforeEach(() => {
  vi.useFakeTimers()
  server = new Map()
  requests = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const ticket = Number(/tickets\/(\d+)/.exec(url)?.[1])
    const method = init.method ?? 'GET'
    requests.push(method)
    if (method === 'PUT') server.set(ticket, (JSON.parse(String(init.body)) as { text: string }).text)
    if (method === 'DELETE') server.delete(ticket)
    return Promise.resolve(new Response(JSON.stringify({ text: server.get(ticket) ?? '' }), { status: 200 }))
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function write() {
  const writing = ref<Writing>(writingOn(++id, 1))
  const scope = effectScope()
  const draft = scope.run(() => useDraft(writing))!
  return { writing, scope, draft }
}
const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('a draft', () => {
  it('is saved once when the typing pauses', async () => {
    const { writing } = write()
    await wait(0)
    for (const text of ['您', '您好', '您好，']) {
      writing.value.reply.text = text
      await wait(100)
    }
    await wait(1000)
    expect(server.get(id)).toBe('您好，')
    expect(requests.filter((method) => method === 'PUT')).toHaveLength(1)
    expect(writing.value.saved).toBe('saved')
  })

  it('comes back from the server', async () => {
    server.set(id + 1, '昨天写到一半')
    const { writing } = write()
    await wait(0)
    expect(writing.value.reply.text).toBe('昨天写到一半')
    await wait(2000)
    expect(requests).toEqual(['GET'])
  })

  it('does not write over what was typed while it came', async () => {
    server.set(id + 1, '旧')
    const { writing } = write()
    writing.value.reply.text = '新'
    await wait(0)
    expect(writing.value.reply.text).toBe('新')
  })

  it('is saved at once when another ticket is opened', async () => {
    const { writing } = write()
    const first = id
    await wait(0)
    writing.value.reply.text = '没写完'
    await nextTick()
    writing.value = writingOn(++id, 1)
    await wait(0)
    expect(server.get(first)).toBe('没写完')
  })

  it('is dropped on the server when it is emptied', async () => {
    server.set(id + 1, '旧')
    const { writing } = write()
    await wait(0)
    writing.value.reply.text = ''
    await wait(1000)
    expect(server.has(id)).toBe(false)
  })

  it('does not come back after the reply has left', async () => {
    const { writing, draft } = write()
    await wait(0)
    writing.value.reply.text = '您好'
    await wait(500)
    await draft.settle(writing.value)
    draft.forget(writing.value)
    writing.value.reply.text = ''
    await wait(2000)
    expect(server.has(id)).toBe(false)
    expect(requests).not.toContain('PUT')
  })
})
