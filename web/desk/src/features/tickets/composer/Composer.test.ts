import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { h, ref } from 'vue'
import { handle } from '@/app/keyboard/shortcuts'
import { keys, queryClient } from '@/app/queries'
import { dispatch } from '@/app/stream/live'
import { provideDesk } from '../desk'
import type { SuggestedMacro } from '../macros/api'
import { aPage, anEntry } from '../testing'
import type { TicketPage } from '../types'
import { mountAs, problem, serve, type Asked } from '../testingServer'
import Composer from './Composer.vue'

let ticketId = 500
let wrapper: Awaited<ReturnType<typeof mountAs>>['wrapper'] | undefined
afterEach(async () => {
  wrapper?.unmount()
  await flushPromises() // what is said on leaving still goes to this server
  vi.unstubAllGlobals()
})

const soon = () => new Date(Date.now() + 60_000).toISOString()
const mineNow = () => ({ body: { id: 1, name: '陈静怡', until: soon() } })

const scripts: object[] = [
  aMacro({ id: 4, name: '退款到账', filled: { text: '{{customer.company}}您好，三天到账。', empty: ['customer.company'], unknown: [] }, actions: { status: 'solved', tags_add: ['退款'] } }),
]
function aMacro(given: Partial<SuggestedMacro>): SuggestedMacro {
  const who = { id: 1, name: '陈静怡' }
  return { id: 1, kind: 'macro', name: '', folder: '', tags: [], situation: '', mood: '', region: '', languages: [], visibility: 'me', owner: who, group: null, text: 'x', actions: {}, attachments: [], used_count: 0, own_count: 0, is_favourite: false, updated_at: '', updated_by: who, filled: { text: '', empty: [], unknown: [] }, ...given }
}

async function compose(answer: (asked: Asked) => unknown, news: ReturnType<typeof anEntry>[] = [], lock: (asked: Asked) => object = mineNow) {
  const page = aPage({ ticket: { id: ++ticketId, version: 4 } })
  page.ticket.reply_channels = [{ channel_id: 9, kind: 'email', name: 'support', to: 'wang@a.cn' }]
  page.ticket.participants = [{ name: '财务', kind: 'email', value: 'cw@a.cn', role: 'cc' }]
  const log = serve((asked) => (asked.path.endsWith('/macros') ? { body: scripts } : /drafts?$/.test(asked.path) ? { body: asked.method === 'GET' ? [] : null } : asked.path.endsWith('/reply-lock') ? lock(asked) : asked.path.endsWith('/replies') || asked.path.endsWith('/notes') ? answer(asked) as object : { body: [] }))
  const seen = { version: () => 4, hasNews: () => news.length > 0, look: vi.fn() }
  const sent = vi.fn()
  const served = { page }
  const shown = ref(page)
  const mounted = await mountAs({ setup: () => (provideDesk(), () => h(Composer, { page: shown.value, seen, news, onSent: sent })) }, {})
  wrapper = mounted.wrapper
  mounted.client.setQueryDefaults(keys.ticket(ticketId), { queryFn: () => served.page })
  mounted.client.setQueryData(keys.ticket(ticketId), page)
  mounted.client.getQueryCache().subscribe(() => (shown.value = mounted.client.getQueryData(keys.ticket(ticketId)) ?? page))
  const field = wrapper.find('textarea')
  await flushPromises()
  const posts = () => log.filter((asked) => asked.method === 'POST' && /replies|notes/.test(asked.path))
  const send = async () => {
    field.element.focus()
    const event = new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true })
    Object.defineProperty(event, 'target', { value: field.element })
    handle(event)
    await flushPromises()
  }
  const turns = () => log.filter((asked) => asked.path.endsWith('/reply-lock'))
  return { wrapper, field, posts, send, sent, seen, turns, served }
}

const accepted = (text = '您好') => ({ status: 201, body: anEntry({ id: 'm77', message_id: 77, kind: 'outbound', text }) })

/** As the stream does, with the board of the desk that writes it into the rows. */
function tell(data: { ticket_id: number; staff: { id: number; name: string }; until: string }): void {
  queryClient.setQueryData<TicketPage>(keys.ticket(data.ticket_id), (page) => page && { ...page, ticket: { ...page.ticket, answering: { ...data.staff, until: data.until } } })
  dispatch({ id: '', event: 'answering', data: JSON.stringify(data) })
}

describe('the composer', () => {
  it('sends once, back the way the customer came, to all who were in copy', async () => {
    const { field, posts, send, sent } = await compose(() => accepted())
    await field.setValue('您好')
    await Promise.all([send(), send()])
    expect(posts()).toHaveLength(1)
    expect(posts()[0]?.body).toMatchObject({ text: '您好', channel_id: 9, to: 'wang@a.cn', cc: ['cw@a.cn'], seen_version: 4 })
    expect(field.element.value).toBe('')
    expect(sent).toHaveBeenCalledOnce()
  })

  it('keeps the text and the key when the line breaks, and sends the same again', async () => {
    let isDown = true
    const { field, posts, send, wrapper } = await compose(() => (isDown ? problem(503, 'http.503') : accepted()))
    await field.setValue('您好')
    await send()
    expect(field.element.value).toBe('您好')
    expect(wrapper.find('[role=alert]').exists()).toBe(true)
    isDown = false
    await send()
    expect(posts().map((post) => post.body.idempotency_key)).toEqual([posts()[0]?.body.idempotency_key, posts()[0]?.body.idempotency_key])
    expect(field.element.value).toBe('')
  })

  it('asks before sending over the customer’s head', async () => {
    const news = [anEntry({ id: 'm9', text: '已经解决了' })]
    const { field, posts, send, wrapper } = await compose(({ body }) => (body.seen_version === undefined ? accepted() : problem(409, 'tickets.changed_meanwhile')), news)
    await field.setValue('您好')
    await send()
    expect(wrapper.find('[role=alert]').text()).toContain('已经解决了')
    expect(field.element.value).toBe('您好')
    await wrapper.findAll('[role=alert] button')[1]?.trigger('click')
    await flushPromises()
    expect(posts()[1]?.body).toMatchObject({ idempotency_key: posts()[0]?.body.idempotency_key })
    expect(posts()[1]?.body.force).toBeUndefined()
    expect(field.element.value).toBe('')
  })

  it('looks first when told so, and sends nothing', async () => {
    const { field, posts, send, wrapper, seen } = await compose(() => problem(409, 'tickets.changed_meanwhile'), [anEntry()])
    await field.setValue('您好')
    await send()
    await wrapper.findAll('[role=alert] button')[0]?.trigger('click')
    expect(seen.look).toHaveBeenCalledOnce()
    expect(posts()).toHaveLength(1)
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
  })

  it('does not ask when only a label changed', async () => {
    const { field, posts, send } = await compose(({ body }) => (body.seen_version === undefined ? accepted() : problem(409, 'tickets.changed_meanwhile')))
    await field.setValue('您好')
    await send()
    expect(posts()).toHaveLength(2)
    expect(field.element.value).toBe('')
  })

  it('keeps the changed text when the earlier one turns out to have arrived', async () => {
    let isDown = true
    const { field, send } = await compose(() => (isDown ? problem(502, 'http.502') : accepted('第一版')))
    await field.setValue('第一版')
    await send()
    isDown = false
    await field.setValue('第二版')
    await send()
    expect(field.element.value).toBe('第二版')
  })

  it('writes notes without sending anything to the customer', async () => {
    const { field, posts, send, wrapper } = await compose(() => accepted('备注'))
    await wrapper.findAll('[role=tab]')[1]?.trigger('click')
    await field.setValue('备注')
    await send()
    expect(posts()[0]?.path).toMatch(/notes$/)
  })

  it('keeps reply and note apart', async () => {
    const { field, wrapper } = await compose(() => accepted())
    await field.setValue('给客户')
    await wrapper.findAll('[role=tab]')[1]?.trigger('click')
    expect(field.element.value).toBe('')
    await wrapper.findAll('[role=tab]')[0]?.trigger('click')
    expect(field.element.value).toBe('给客户')
  })

  it('takes the turn at the first letter of a reply, and none for a note', async () => {
    const { field, turns, wrapper } = await compose(() => accepted())
    await wrapper.findAll('[role=tab]')[1]?.trigger('click')
    await field.setValue('备注')
    expect(turns()).toEqual([])
    await wrapper.findAll('[role=tab]')[0]?.trigger('click')
    await field.setValue('您')
    await field.setValue('您好')
    expect(turns().map(({ method }) => method)).toEqual(['PUT'])
  })

  it('says who is answering, sends nothing until it is taken over, and then does', async () => {
    const held = problem(409, 'tickets.being_answered', { by_id: 2, by_name: '王雨桐' })
    const { field, posts, send, turns, wrapper } = await compose(() => accepted(), [], ({ body }) => (body.take_over_from === 2 ? mineNow() : held))
    await field.setValue('您好')
    await flushPromises()
    expect(wrapper.find('.bar').text()).toContain('王雨桐 正在回复这张工单')
    await send()
    expect(posts()).toEqual([])
    expect(field.element.value).toBe('您好')
    await wrapper.find('.bar button').trigger('click')
    await flushPromises()
    expect(turns().at(-1)?.body).toEqual({ take_over_from: 2 })
    await send()
    expect(posts()).toHaveLength(1)
  })

  it('hears at once that a colleague took over, and keeps the text', async () => {
    const { field, posts, send, wrapper } = await compose(() => accepted())
    await field.setValue('您好')
    await flushPromises()
    tell({ ticket_id: ticketId, staff: { id: 2, name: '王雨桐' }, until: soon() })
    await flushPromises()
    expect(wrapper.find('.bar[role=alert]').text()).toContain('王雨桐 接手了回复')
    await send()
    expect(posts()).toEqual([])
    expect(field.element.value).toBe('您好')
  })

  it('gives way when the server refuses because of a colleague', async () => {
    const { field, send, wrapper } = await compose(() => problem(409, 'tickets.being_answered', { by_id: 2, by_name: '王雨桐' }))
    await field.setValue('您好')
    await flushPromises()
    await send()
    expect(wrapper.find('.bar').text()).toContain('王雨桐')
    expect(wrapper.find('.bar.bad').exists()).toBe(false)
    expect(field.element.value).toBe('您好')
  })

  it('puts a script in behind a semicolon, keeps back what is not filled, and does its actions with the reply', async () => {
    const { field, posts, send, wrapper } = await compose(() => accepted())
    field.element.focus()
    await field.setValue('您好 ;tk')
    field.element.setSelectionRange(6, 6)
    await field.trigger('input')
    await vi.dynamicImportSettled()
    await flushPromises()
    expect(wrapper.find('.picker').text()).toContain('退款到账')
    await field.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(field.element.value).toBe('您好 {{customer.company}}您好，三天到账。')
    expect(field.element.value.slice(field.element.selectionStart, field.element.selectionEnd)).toBe('{{customer.company}}')
    expect(wrapper.text()).toContain('还有没填上的占位符')
    await send()
    expect(posts()).toEqual([])
    await field.setValue('您好 鹿汀您好，三天到账。')
    await send()
    expect(posts()[0]?.body).toMatchObject({ text: '您好 鹿汀您好，三天到账。', actions: { status: 'solved', tags_add: ['退款'] } })
    expect(wrapper.find('.staged').exists()).toBe(false)
  })

  it('shows beside the text what others did since it was begun, and holds what was not seen', async () => {
    const solved = anEntry({ id: 'e9', kind: 'event', at: '2026-11-22T09:00:00Z', author: { kind: 'staff', id: 2, name: '王雨桐' }, event: { type: 'tickets.resolved', params: {} } })
    const { field, posts, send, wrapper, served } = await compose(({ body }) => {
      served.page = { ...served.page, timeline: { items: [solved], before_cursor: null } }
      return body.seen_version === undefined ? accepted() : problem(409, 'tickets.changed_meanwhile')
    })
    await field.setValue('您好')
    await send()
    await vi.dynamicImportSettled()
    await flushPromises()
    expect(posts()).toHaveLength(1)
    expect(wrapper.find('.beside').text()).toContain('王雨桐标为已解决')
    await wrapper.findAll('[role=alert] button').at(-1)?.trigger('click')
    await flushPromises()
    expect(posts()).toHaveLength(2)
    expect(field.element.value).toBe('')
  })
})
