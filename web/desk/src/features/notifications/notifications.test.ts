import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Notification } from './api'
import { isLookingAt, openTicketId } from './openTicket'
import { placeOf } from './placing'
import { fromBase64Url, stateHere } from './push'

const row = (changes: Partial<Notification>): Notification => ({
  id: 1,
  reason: 'assigned',
  reason_name: { zh: '', en: '' },
  text: { zh: '', en: '' },
  urgency: 'normal',
  ticket: { id: 12, number: '#12', subject: 'x' },
  count: 1,
  position: 1,
  last_at: '',
  read_at: null,
  ...changes,
})

afterEach(() => (openTicketId.value = null))

it('leads to the ticket, or to the list in which many are', () => {
  expect(placeOf(row({}))).toBe('/tickets/12')
  expect(placeOf(row({ ticket: null }))).toBe('/views/mine')
  expect(placeOf(row({ ticket: null, reason: 'new_unassigned' }))).toBe('/views/unassigned')
})

it('knows which ticket somebody looks at', () => {
  openTicketId.value = 12
  expect(isLookingAt(12)).toBe(true)
  expect(isLookingAt(13)).toBe(false)
  expect(isLookingAt(undefined)).toBe(false)
})

it('reads keys as browsers want them', () => {
  expect([...fromBase64Url('-_8A')]).toEqual([251, 255, 0])
})

it('says that push is unsupported where the browser has none', async () => {
  expect(await stateHere([])).toBe('unsupported')
})

/** The service worker, run against a window list and a registration of ours. */
class Worker {
  listeners: Record<string, (event: unknown) => void> = {}
  shown = vi.fn()
  windows: Array<{ focused: boolean; visibilityState: string; focus: () => void; navigate: (url: string) => void }> = []
  opened = vi.fn()

  constructor() {
    const self = {
      addEventListener: (name: string, react: (event: unknown) => void) => (this.listeners[name] = react),
      skipWaiting: () => undefined,
      clients: { claim: () => undefined, matchAll: async () => this.windows, openWindow: this.opened },
      registration: { showNotification: this.shown },
      location: { origin: 'https://desk.example' },
    }
    new Function('self', readFileSync('public/push.js', 'utf8'))(self)
  }

  async happen(name: string, event: object): Promise<void> {
    let work: Promise<unknown> = Promise.resolve()
    this.listeners[name]?.({ ...event, waitUntil: (promise: Promise<unknown>) => (work = promise) })
    await work
  }

  push = (told: object) => this.happen('push', { data: { json: () => told } })
  click = (url: string) => this.happen('notificationclick', { notification: { close: () => undefined, data: { url } } })
}

let worker: Worker
beforeEach(() => (worker = new Worker()))

it('shows a push, and none to whoever has the desk before their eyes', async () => {
  await worker.push({ id: 1, title: '#12 · 客户 发来 1 条消息', body: '', url: '/tickets/12', tag: 'n1' })
  expect(worker.shown).toHaveBeenCalledWith('#12 · 客户 发来 1 条消息', { body: '', tag: 'n1', data: { url: '/tickets/12' } })
  worker.windows = [{ focused: true, visibilityState: 'visible', focus: vi.fn(), navigate: vi.fn() }]
  await worker.push({ id: 2, title: 'x', tag: 'n2' })
  expect(worker.shown).toHaveBeenCalledTimes(1)
})

it('opens what a push points to in the window there is, and only ever a page of ours', async () => {
  await worker.click('https://desk.example/tickets/12')
  expect(worker.opened).toHaveBeenCalledWith('https://desk.example/tickets/12')
  await worker.click('https://evil.example/')
  expect(worker.opened).toHaveBeenLastCalledWith('https://desk.example')
  const open = { focused: false, visibilityState: 'visible', focus: vi.fn(), navigate: vi.fn() }
  worker.windows = [open]
  await worker.click('/tickets/13')
  expect(open.focus).toHaveBeenCalled()
  expect(open.navigate).toHaveBeenCalledWith('https://desk.example/tickets/13')
})
