import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, OfflineError, api, newIdempotencyKey, onSignedOut, speak } from './client'

const fetched = vi.fn<typeof fetch>()

beforeEach(() => {
  fetched.mockReset()
  vi.stubGlobal('fetch', fetched)
  document.cookie = 'csrftoken=s3cret'
  speak('zh-CN')
  onSignedOut(() => undefined)
})
afterEach(() => vi.unstubAllGlobals())

function answers(body: unknown, init: ResponseInit = {}): void {
  const text = body === undefined ? null : JSON.stringify(body)
  fetched.mockResolvedValueOnce(new Response(text, { headers: { 'content-type': 'application/json' }, ...init }))
}

const sent = () => ({ url: String(fetched.mock.calls[0]?.[0]), init: fetched.mock.calls[0]?.[1] as RequestInit & { headers: Record<string, string> } })

describe('a call', () => {
  it('asks under /api/v1 with only the query that is set', async () => {
    answers({ items: [] })
    await api.get('/tickets', { query: { view: 'mine', status: '', cursor: null, tag: ['a', 'b'], limit: 50 } })
    expect(sent().url).toBe('/api/v1/tickets?view=mine&tag=a&tag=b&limit=50')
    expect(sent().init.headers['X-CSRFToken']).toBeUndefined()
  })

  it('carries the CSRF token, the language and the idempotency key when it writes', async () => {
    answers({ id: 7 }, { status: 201 })
    const entry = await api.post('/tickets/1/notes', { text: '好' }, { idempotencyKey: 'k1' })
    expect(entry).toEqual({ id: 7 })
    expect(sent().init.method).toBe('POST')
    expect(sent().init.headers).toMatchObject({
      'X-CSRFToken': 's3cret',
      'Accept-Language': 'zh-CN',
      'Idempotency-Key': 'k1',
      'Content-Type': 'application/json',
    })
    expect(sent().init.body).toBe('{"text":"好"}')
  })

  it('leaves the content type of a form to the browser', async () => {
    answers({ id: 1 })
    const form = new FormData()
    await api.post('/files', form)
    expect(sent().init.body).toBe(form)
    expect(sent().init.headers['Content-Type']).toBeUndefined()
  })

  it('gives nothing for an answer without content', async () => {
    answers(undefined, { status: 204 })
    expect(await api.delete('/tokens/1')).toBeUndefined()
  })
})

describe('what is pressed twice', () => {
  it('is sent once, and both hear the answer', async () => {
    answers({ id: 7 }, { status: 201 })
    const both = await Promise.all([api.post('/tickets', { subject: '门锁' }), api.post('/tickets', { subject: '门锁' })])
    expect(both).toEqual([{ id: 7 }, { id: 7 }])
    expect(fetched).toHaveBeenCalledOnce()
  })

  it('is sent again once it was answered, whether well or not', async () => {
    fetched.mockRejectedValueOnce(new TypeError('no route'))
    await expect(api.put('/profile', { locale: 'en' })).rejects.toThrow(OfflineError)
    answers({})
    await api.put('/profile', { locale: 'en' })
    answers({})
    await api.put('/profile', { locale: 'en' })
    expect(fetched).toHaveBeenCalledTimes(3)
  })

  it('is no other thing: other words, another key, or a question', async () => {
    fetched.mockImplementation(() => Promise.resolve(new Response('{}')))
    await Promise.all([api.post('/notes', { text: '好' }), api.post('/notes', { text: '好的' })])
    await Promise.all([api.post('/notes', { text: '好' }, { idempotencyKey: 'a' }), api.post('/notes', { text: '好' }, { idempotencyKey: 'b' })])
    await Promise.all([api.get('/notes'), api.get('/notes')])
    const { signal } = new AbortController()
    await Promise.all([api.post('/uses', { task: 'answers' }, { signal }), api.post('/uses', { task: 'answers' }, { signal })])
    expect(fetched).toHaveBeenCalledTimes(8)
  })
})

describe('a server that does not answer', () => {
  const waits = () => fetched.mockImplementationOnce((_, init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))))
  const limits = () => vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const ending = new AbortController()
    setTimeout(() => ending.abort(new DOMException('', 'TimeoutError')), ms)
    return ending.signal
  })

  beforeEach(() => {
    vi.useFakeTimers()
    limits()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('counts as not reached after half a minute, after longer where something is written', async () => {
    for (const [ask, seconds] of [[() => api.get('/tickets'), 30], [() => api.post('/tickets', {}), 90]] as const) {
      waits()
      const asked = vi.fn()
      const answer = ask().catch(asked)
      await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
      expect(asked).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(2)
      await answer
      expect(asked).toHaveBeenCalledWith(expect.any(OfflineError))
    }
  })

  it('is waited for with files, and left at once where nobody waits', async () => {
    waits()
    const asked = vi.fn()
    void api.post('/files', new FormData()).catch(asked)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(asked).not.toHaveBeenCalled()
    waits()
    const left = new AbortController()
    const answer = api.get('/tickets', { signal: left.signal })
    left.abort()
    await expect(answer).rejects.toThrow(DOMException)
  })

  it('counts as not reached where it stops in the middle of its answer', async () => {
    const broken = new ReadableStream({ start: (stream) => stream.error(new DOMException('', 'TimeoutError')) })
    fetched.mockResolvedValueOnce(new Response(broken))
    await expect(api.get('/tickets')).rejects.toThrow(OfflineError)
  })
})

describe('a refusal', () => {
  it('becomes an ApiError with code, detail, status and params', async () => {
    answers(
      { code: 'tickets.claimed_by_other', detail: '已被小王认领', status: 409, params: { by_name: '小王' }, request_id: 'r-1' },
      { status: 409, headers: { 'content-type': 'application/problem+json' } },
    )
    const error = await api.post('/tickets/1/claim', {}).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ code: 'tickets.claimed_by_other', detail: '已被小王认领', status: 409, params: { by_name: '小王' }, requestId: 'r-1' })
  })

  it('has a code even when a proxy answered with a page of HTML', async () => {
    fetched.mockResolvedValueOnce(new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } }))
    await expect(api.get('/session')).rejects.toMatchObject({ code: 'http.502', status: 502, detail: '' })
  })

  it('of a lost session is told to the application', async () => {
    const ended = vi.fn()
    onSignedOut(ended)
    answers({ code: 'not_signed_in', detail: '', status: 401 }, { status: 401 })
    await expect(api.get('/tickets')).rejects.toBeInstanceOf(ApiError)
    expect(ended).toHaveBeenCalledOnce()
  })
})

describe('no answer', () => {
  it('is an OfflineError', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    await expect(api.get('/session')).rejects.toBeInstanceOf(OfflineError)
  })

  it('stays an abort when the caller gave up', async () => {
    fetched.mockRejectedValueOnce(new DOMException('gone', 'AbortError'))
    await expect(api.get('/session')).rejects.toMatchObject({ name: 'AbortError' })
  })
})

it('makes idempotency keys that differ', () => {
  expect(newIdempotencyKey()).not.toBe(newIdempotencyKey())
})
