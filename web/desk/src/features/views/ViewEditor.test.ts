import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadWords } from '@/app/i18n'
import { aRow, aView } from '@/features/tickets/testing'
import { mountAs, problem, serve, type Asked } from '@/features/tickets/testingServer'
import ViewEditor from './ViewEditor.vue'

const fields = [
  { name: 'status', kind: 'choice', zh: '状态', en: 'Status', operators: [{ name: 'any_of', takes: 'list' }], choices: [{ value: 'open', zh: '处理中', en: 'Open' }], picker: '', named: [] },
  { name: 'subject', kind: 'text', zh: '主题', en: 'Subject', operators: [{ name: 'contains', takes: 'text' }], choices: [], picker: '', named: [] },
]
let mounted: Awaited<ReturnType<typeof mountAs>> | undefined
afterEach(() => {
  mounted?.wrapper.unmount()
  vi.unstubAllGlobals()
})

async function open(answer: (asked: Asked) => { status?: number; body?: unknown } | undefined = () => undefined) {
  await loadWords('views')
  const log = serve((asked) => {
    const own = answer(asked)
    if (own) return own
    if (asked.path === '/views/fields') return { body: { fields, units: ['days'], channels: [] } }
    if (asked.path === '/views/preview') return { body: { count: 12, capped_at: 1000, items: [aRow({ id: 9, subject: '退款' })] } }
    if (asked.path === '/views') return { status: 201, body: aView({ key: '5', kind: 'made' }) }
    return { body: [] }
  })
  const start = aView({ key: '', kind: 'made', audience: 'owner', name_zh: '', name_en: '', conditions: { all: [{ field: 'subject', is: 'contains', value: '退款' }] } })
  HTMLDialogElement.prototype.showModal ??= () => undefined
  mounted = await mountAs(ViewEditor, { start })
  await flushPromises()
  return { log, wrapper: mounted.wrapper }
}

describe('making a view', () => {
  it('shows at once what the conditions find', async () => {
    const { wrapper, log } = await open()
    await new Promise((done) => setTimeout(done, 400))
    await flushPromises()
    expect(log.find((one) => one.path === '/views/preview')?.body.conditions).toEqual({ all: [{ field: 'subject', is: 'contains', value: '退款' }] })
    expect(wrapper.find('.preview').text()).toContain('12')
    expect(wrapper.find('.preview').text()).toContain('退款')
  })

  it('is saved under its name, with its conditions', async () => {
    const { wrapper, log } = await open()
    await wrapper.find('input').setValue('退款')
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    const saved = log.find((one) => one.method === 'POST' && one.path === '/views')?.body
    expect([saved?.name_zh, saved?.audience, saved?.conditions]).toEqual(['退款', 'owner', { all: [{ field: 'subject', is: 'contains', value: '退款' }] }])
  })

  it('marks the condition the server refuses, and says why', async () => {
    const { wrapper } = await open((asked) => (asked.path === '/views/preview' ? problem(422, 'tickets.bad_condition', { place: '1' }) : undefined))
    await new Promise((done) => setTimeout(done, 400))
    await flushPromises()
    expect(wrapper.find('.row.wrong').exists()).toBe(true)
    expect(wrapper.find('.preview [role=alert]').text()).toContain('tickets.bad_condition')
  })

  it('is not saved without a name', async () => {
    const { wrapper, log } = await open()
    await wrapper.find('form').trigger('submit')
    await flushPromises()
    expect(log.filter((one) => one.method === 'POST' && one.path === '/views')).toEqual([])
  })
})
