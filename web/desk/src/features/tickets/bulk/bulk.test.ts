import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope, h } from 'vue'
import { handle } from '@/app/keyboard/shortcuts'
import { provideDesk } from '../desk'
import { useSelection } from '../list/selection'
import { mountAs, serve, type Asked } from '../testingServer'
import { useUndoKey } from '../undoKey'
import BulkBar from './BulkBar.vue'
import type { BulkChange } from './api'

let wrapper: Awaited<ReturnType<typeof mountAs>>['wrapper'] | undefined
const { picked, add, clear } = useSelection()
afterEach(async () => {
  clear()
  wrapper?.unmount()
  await flushPromises()
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

function aChange(given: Partial<BulkChange> = {}): BulkChange {
  const soon = new Date(Date.now() + 600_000).toISOString()
  return { id: 5, state: 'finished', total: 3, outcomes: { done: 2, refused: 1 }, created_at: soon, undo_until: soon, troubles: [], ...given }
}

async function show(recent: () => BulkChange[], more: (asked: Asked) => unknown = () => undefined) {
  const log = serve((asked) => {
    const own = more(asked)
    if (own) return { body: own }
    if (asked.path === '/bulk-changes' && asked.method === 'GET') return { body: recent() }
    if (asked.path === '/tickets/ids') return { body: { ids: [1, 2, 3], is_capped: false } }
    if (asked.path.endsWith('/previews')) return { body: { total: 3, reachable: 2, messages: 0 } }
    if (asked.path === '/macros') return { body: { items: [], next_cursor: null } }
    return { body: [] }
  })
  HTMLDialogElement.prototype.showModal = function () { this.open = true }
  const mounted = await mountAs({ setup: () => (provideDesk(), () => h(BulkBar, { wanted: { view: 'mine', sort: 'newest' } })) }, {})
  wrapper = mounted.wrapper
  await flushPromises()
  return { wrapper: mounted.wrapper, log }
}
const press = (key: string) => handle(new KeyboardEvent('keydown', { key }))

describe('changing many', () => {
  it('chooses all of a view by keyboard and says how many', async () => {
    const { wrapper } = await show(() => [])
    press('*')
    press('a')
    await flushPromises()
    expect([...picked]).toEqual([1, 2, 3])
    expect(wrapper.text()).toContain('已选 3 张')
  })

  it('asks what to change, says what is out of reach, and sends one order with one key', async () => {
    const { wrapper, log } = await show(() => [], ({ method, path }) => (method === 'POST' && path === '/bulk-changes' ? aChange() : undefined))
    add([1, 2, 3])
    await flushPromises()
    press('b')
    await vi.dynamicImportSettled()
    await flushPromises()
    const form = wrapper.find('form')
    expect(form.text()).toContain('其中 1 张你不能修改')
    expect(form.find('button[type=submit]').attributes('disabled')).toBeDefined()
    await form.find('.n-checkbox').trigger('click')
    await form.trigger('submit')
    await flushPromises()
    const orders = log.filter((asked) => asked.method === 'POST' && asked.path === '/bulk-changes')
    expect(orders).toHaveLength(1)
    expect(orders[0]?.body).toMatchObject({ ticket_ids: [1, 2, 3], actions: {}, macro_id: null, is_spam: true })
    expect(picked.size).toBe(0)
  })

  it('offers to undo the last change, also after a reload, and tells what came of it', async () => {
    let change = aChange()
    const { wrapper, log } = await show(() => [change], ({ path }) => (path.endsWith('/undo') ? (change = aChange({ state: 'undone', outcomes: { undone: 1, kept: 1, refused: 1 } })) : undefined))
    expect(wrapper.text()).toContain('已更改 2 张，1 张未能更改')
    await wrapper.findAll('button').find((button) => button.text() === '撤回')?.trigger('click')
    await flushPromises()
    expect(log.some(({ method, path }) => method === 'POST' && path === '/bulk-changes/5/undo')).toBe(true)
    expect(wrapper.text()).toContain('已撤销 1 张，1 张未完全恢复')
  })

  it('says nothing of a change that can no longer be undone', async () => {
    const { wrapper } = await show(() => [aChange({ undo_until: new Date(Date.now() - 60_000).toISOString() })])
    expect(wrapper.text()).toBe('')
  })

  it('is taken back by Z, and a reply that was sent after it before it', async () => {
    const { log } = await show(() => [aChange({ id: 61 })], ({ path }) => (path.endsWith('/undo') ? aChange({ id: 61, state: 'undone', outcomes: { undone: 2 } }) : undefined))
    const undone = () => log.filter(({ path }) => path === '/bulk-changes/61/undo').length
    const reply = vi.fn()
    let sentAt = Date.now() + 5_000
    const scope = effectScope()
    scope.run(() => useUndoKey({ label: 'x', group: 'y', doneAt: () => sentAt, run: reply }))
    press('z')
    await flushPromises()
    expect([reply.mock.calls.length, undone()]).toEqual([1, 0])
    sentAt = Date.now() - 5_000
    press('z')
    await flushPromises()
    expect([reply.mock.calls.length, undone()]).toEqual([1, 1])
    scope.stop()
  })
})
