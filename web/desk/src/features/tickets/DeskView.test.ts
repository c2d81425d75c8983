import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { handle } from '@/app/keyboard/shortcuts'
import { dispatch } from '@/app/stream/live'
import DeskView from './DeskView.vue'
import { aPage, aRow, aView, anEntry } from './testing'
import { me, mountAs, problem, serve, type Asked } from './testingServer'

let mounted: Awaited<ReturnType<typeof mountAs>> | undefined
afterEach(async () => {
  mounted?.wrapper.unmount()
  await flushPromises() // what is said on leaving still goes to this server
  vi.unstubAllGlobals()
})

const rows = [5, 4, 3].map((id) => aRow({ id, number: `#${id}`, subject: `工单 ${id}` }))

function answer({ method, path, body }: Asked): { status?: number; body?: unknown } {
  const id = Number(/^\/tickets\/(\d+)/.exec(path)?.[1])
  if (path === '/views') return { body: ['mine', 'unassigned', 'waiting'].map((key) => aView({ key, name_zh: key, sort: key === 'waiting' ? 'waiting' : 'newest' })) }
  if (path === '/tickets') return { body: { items: rows, next_cursor: null } }
  if (path === '/tickets/counts') return { body: { views: { mine: 3 }, capped_at: 1000 } }
  if (path === '/drafts') return { body: { items: [], next_cursor: null } }
  if (path.endsWith('/drafts')) return { body: [] }
  if (path.endsWith('/claim')) return problem(409, 'tickets.claimed_by_other', { by_name: '李娜', by_id: 2 })
  if (method === 'PATCH') return { body: { ...aRow({ id }), ...body, version: 2 } }
  if (id) return { body: aPage({ ticket: { id, number: `#${id}`, subject: `工单 ${id}` }, items: [anEntry({ text: '你好' })] }) }
  return { body: [] }
}

async function open(path: string, respond = answer) {
  const log = serve(respond)
  mounted = await mountAs(DeskView, {}, path)
  await flushPromises()
  return { ...mounted, log, asked: (method: string, part: string) => log.filter((one) => one.method === method && one.path.includes(part)) }
}

async function press(...pressed: string[]) {
  for (const key of pressed) {
    handle(new KeyboardEvent('keydown', { key }))
    await flushPromises()
  }
}
const settle = async (ms = 400) => {
  await new Promise((done) => setTimeout(done, ms))
  await flushPromises()
}

describe('the desk by keyboard', () => {
  it('moves with j and k and opens with Enter', async () => {
    const { router, wrapper } = await open('/views/mine')
    await press('j', 'j', 'j', 'k', 'Enter')
    await settle(50)
    expect(router.currentRoute.value.fullPath).toBe('/tickets/4')
    expect(wrapper.find('h1.subject').text()).toBe('工单 4')
  })

  it('passes over tickets while a ticket is open and opens the one it stops at', async () => {
    const { router, asked } = await open('/tickets/5')
    await press('j', 'j')
    expect(router.currentRoute.value.fullPath).toBe('/tickets/5')
    await settle()
    expect(router.currentRoute.value.fullPath).toBe('/tickets/3')
    expect(asked('POST', '/tickets/4/presence')).toHaveLength(0)
  })

  it('goes to a view by its number', async () => {
    const { router } = await open('/views/mine')
    await press('g', '3')
    await settle(20)
    expect(router.currentRoute.value.fullPath).toBe('/views/waiting')
  })

  it('solves and goes on to the next', async () => {
    const { router, asked } = await open('/tickets/5')
    await press('e')
    await settle(50)
    expect(asked('PATCH', '/tickets/5')[0]?.body).toEqual({ status: 'solved', version: 1 })
    expect(router.currentRoute.value.fullPath).toBe('/tickets/4')
  })

  it('does nothing to the ticket while a dialog lies over it', async () => {
    const { asked } = await open('/tickets/5')
    const dialog = document.createElement('dialog')
    dialog.setAttribute('open', '')
    document.body.append(dialog)
    await press('e', 'a')
    dialog.remove()
    expect([...asked('PATCH', '/tickets'), ...asked('POST', '/claim')]).toEqual([])
  })
})

describe('claiming', () => {
  it('says who was faster and shows them', async () => {
    const { wrapper, asked } = await open('/tickets/5')
    await press('a')
    await settle(20)
    expect(asked('POST', '/claim')[0]?.body).toEqual({ expected_assignee_id: null })
    expect(wrapper.find('.fields').text()).not.toContain(me.name)
    expect(document.body.textContent).toContain('tickets.claimed_by_other')
  })
})

describe('living with many events', () => {
  it('fetches a page and the counts, not once per event', async () => {
    const { log } = await open('/views/mine')
    const before = log.length
    for (let id = 1000; id < 1200; id++) dispatch({ id: '', event: 'ticket', data: JSON.stringify({ id, type: 'tickets.opened', by_id: null }) })
    await settle(700)
    const since = log.slice(before).map((one) => one.path)
    expect(since.filter((path) => path === '/tickets')).toHaveLength(1)
    expect(since.length).toBeLessThanOrEqual(2)
  })

  it('counts what is new and shows it when asked to', async () => {
    let items = rows
    const { wrapper } = await open('/views/unassigned', (asked) => (asked.path === '/tickets' ? { body: { items, next_cursor: 'c' } } : answer(asked)))
    items = [aRow({ id: 9, subject: '新工单' }), ...rows]
    dispatch({ id: '', event: 'ticket', data: JSON.stringify({ id: 9, type: 'tickets.opened', by_id: null }) })
    await settle(700)
    expect(wrapper.text()).not.toContain('新工单')
    await wrapper.find('button.pending').trigger('click')
    await settle(50)
    expect(wrapper.text()).toContain('新工单')
  })
})

describe('a ticket that is not to be seen', () => {
  it('says so and leads back', async () => {
    const { wrapper } = await open('/tickets/77', (asked) => (asked.path === '/tickets/77' ? problem(404, 'not_found') : answer(asked)))
    await settle(50)
    expect(wrapper.text()).toContain('没有这张工单')
  })
})
