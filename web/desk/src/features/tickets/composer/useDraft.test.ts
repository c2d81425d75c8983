import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Draft } from '../drafts/api'
import { hearDrafts, useDraft } from './useDraft'
import { writingOn, type Writing } from './writing'

let id = 100
let server: Map<number, Draft>
let requests: string[]

function aDraft(text: string, version = 1): Draft {
  return { id: 900 + id, ticket_id: id, staff: { id: 1, name: '陈静怡' }, mode: 'reply', text, html: '', channel_id: null, to: '', cc: [], attachments: [], version, shared_at: null, updated_at: '', edits: [] }
}
/** Keeps drafts as the back end does: by version, refusing what was not seen. */
function answer(method: string, ticket: number, body: { text: string; mode: string; version: number; channel_id: number | null; to: string; cc: string[] }): { status: number; body: unknown } {
  const known = server.get(ticket)
  if (method === 'GET') return { status: 200, body: known ? [known] : [] }
  if (body.version !== (known?.version ?? 0)) return { status: 409, body: { status: 409, code: 'tickets.draft_changed', detail: '', params: {} } }
  if (!body.text) {
    server.delete(ticket)
    return { status: 200, body: null }
  }
  const kept = { ...aDraft(body.text, body.version + 1), id: 900 + ticket, ticket_id: ticket, channel_id: body.channel_id, to: body.to, cc: body.cc, mode: body.mode }
  server.set(ticket, kept)
  return { status: 200, body: kept }
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new Map()
  requests = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    const ticket = Number(/tickets\/(\d+)/.exec(url)?.[1])
    const method = init.method ?? 'GET'
    requests.push(method)
    const { status, body } = answer(method, ticket, JSON.parse(String(init.body ?? '{}')) as never)
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' } }))
  })
})
afterEach(() => {
  localStorage.clear()
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
  it('that the server never got comes back after the page went, and is saved then', async () => {
    const { writing } = write()
    await wait(0)
    writing.value.reply.text = '写到一半'
    await nextTick()
    const place = `zhiyin.unsaved.1.${id}.reply`
    const left = localStorage.getItem(place)
    await wait(1000)
    expect(localStorage.getItem(place)).toBeNull() // the server has it now
    localStorage.setItem(`zhiyin.unsaved.1.${id + 1}.reply`, String(left))
    const again = write()
    await wait(1000)
    expect(again.writing.value.reply.text).toBe('写到一半')
    expect(server.get(id)?.text).toBe('写到一半')
    expect(localStorage.getItem(`zhiyin.unsaved.1.${id}.reply`)).toBeNull()
  })

  it('that the server never got stands beside a newer one of the server', async () => {
    localStorage.setItem(`zhiyin.unsaved.1.${id + 1}.reply`, JSON.stringify({ text: '这里的', version: 1 }))
    server.set(id + 1, { ...aDraft('别处的', 3), id: 901 + id, ticket_id: id + 1 })
    const { writing } = write()
    await wait(1000)
    expect(writing.value.reply.text).toBe('这里的')
    expect(writing.value.reply.kept.other?.text).toBe('别处的')
    expect(server.get(id)?.text).toBe('别处的')
  })

  it('is saved once when the typing pauses', async () => {
    const { writing } = write()
    await wait(0)
    for (const text of ['您', '您好', '您好，']) {
      writing.value.reply.text = text
      await wait(100)
    }
    await wait(1000)
    expect(server.get(id)?.text).toBe('您好，')
    expect(requests.filter((method) => method === 'PUT')).toHaveLength(1)
    expect(writing.value.reply.kept.saved).toBe('saved')
  })

  it('comes back from the server', async () => {
    server.set(id + 1, { ...aDraft('昨天写到一半'), id: 901 + id, ticket_id: id + 1 })
    const { writing } = write()
    await wait(0)
    expect(writing.value.reply.text).toBe('昨天写到一半')
    await wait(2000)
    expect(requests).toEqual(['GET'])
  })

  it('does not write over what was typed while it came', async () => {
    server.set(id + 1, { ...aDraft('旧'), id: 901 + id, ticket_id: id + 1 })
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
    expect(server.get(first)?.text).toBe('没写完')
  })

  it('is dropped on the server when it is emptied', async () => {
    server.set(id + 1, { ...aDraft('旧'), id: 901 + id, ticket_id: id + 1 })
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
    draft.forget(writing.value, 'reply')
    writing.value.reply.text = ''
    await wait(2000)
    expect(server.has(id)).toBe(false)
    expect(requests).not.toContain('PUT')
  })

  it('brings back mode, recipients and files too, and keeps them', async () => {
    const file = { id: 5, name: '报价.pdf', media_type: 'application/pdf', size: 9, url: '/f', cid: '', inline: false, safety: '' as const }
    server.set(id + 1, { ...aDraft('转财务'), id: 901 + id, ticket_id: id + 1, channel_id: 9, to: 'cw@a.cn', cc: ['b@a.cn'], attachments: [file] })
    const { writing } = write()
    await wait(0)
    expect(writing.value.route).toEqual({ channelId: 9, to: 'cw@a.cn', cc: ['b@a.cn'] })
    expect(writing.value.reply.files.map(({ name }) => name)).toEqual(['报价.pdf'])
    writing.value.route = { channelId: 9, to: 'other@a.cn', cc: [] }
    await wait(1000)
    expect(server.get(id)).toMatchObject({ to: 'other@a.cn', cc: [] })
  })

  it('keeps a note beside the reply', async () => {
    const { writing } = write()
    await wait(0)
    writing.value.note.text = '给同事'
    await wait(1000)
    expect(server.get(id)).toMatchObject({ mode: 'note', text: '给同事' })
  })

  it('asks which to keep when another window went on with it', async () => {
    const { writing, draft } = write()
    await wait(0)
    writing.value.reply.text = '这个窗口'
    await wait(1000)
    server.set(id, { ...aDraft('那个窗口', 7), id: 900 + id, ticket_id: id })
    writing.value.reply.text = '这个窗口，又写了'
    await wait(1000)
    expect(server.get(id)?.text).toBe('那个窗口')
    expect(writing.value.reply.kept.other?.text).toBe('那个窗口')
    draft.keepMine(writing.value, 'reply')
    await wait(0)
    expect(server.get(id)).toMatchObject({ text: '这个窗口，又写了', version: 8 })
  })

  it('leaves the composer when a colleague took it over, and says who', async () => {
    const { writing } = write()
    await wait(0)
    writing.value.reply.text = '您好'
    await wait(1000)
    await wait(50)
    const taken = { ...server.get(id)!, staff: { id: 2, name: '王雨桐' }, version: 3 }
    hearDrafts(writing.value, { askedAt: Date.now(), drafts: [taken] })
    expect(writing.value.reply.text).toBe('')
    expect(writing.value.reply.kept.takenBy).toBe('王雨桐')
  })

  it('keeps what was added since a colleague took it over', async () => {
    const { writing } = write()
    await wait(0)
    writing.value.reply.text = '您好'
    await wait(1050)
    const taken = { ...server.get(id)!, staff: { id: 2, name: '王雨桐' }, version: 3 }
    writing.value.reply.text = '您好，还有一句'
    server.delete(id)
    hearDrafts(writing.value, { askedAt: Date.now(), drafts: [taken] })
    await wait(1000)
    expect(server.get(id)?.text).toBe('您好，还有一句')
  })

  it('does not listen to what was asked before its last save', async () => {
    const { writing } = write()
    await wait(0)
    const askedAt = Date.now()
    writing.value.reply.text = '您好'
    await wait(1000)
    hearDrafts(writing.value, { askedAt, drafts: [] })
    expect(writing.value.reply.text).toBe('您好')
  })
})
