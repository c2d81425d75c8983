import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadWords } from '@/app/i18n'
import { mountAs, problem, serve } from '@/features/tickets/testingServer'
import Proposals from './Proposals.vue'
import type { Proposal } from './api'

const fields = [
  { id: 1, key: 'order_no', kind: 'text', name_zh: '订单号', name_en: 'Order', help_zh: '', help_en: '', rules: {}, position: 0, active: true, is_personal: true, taken_from: 'order' },
  { id: 2, key: 'visit_on', kind: 'date', name_zh: '上门日期', name_en: 'Visit', help_zh: '', help_en: '', rules: {}, position: 1, active: true, is_personal: false, taken_from: 'date' },
]
const order: Proposal = { id: 5, key: 'order_no', value: 'SO-1', path: '', text: 'SO-1', message_id: 3, confidence: null }
const visit: Proposal = { id: 6, key: 'visit_on', value: '2026-03-06', path: '', text: '明天', message_id: 3, confidence: null }
const category: Proposal = { id: 7, key: '', value: 4, path: '退款 / 未到账', text: '退款', message_id: null, confidence: 0.9 }

beforeAll(() => loadWords('assist'))
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

async function shown(mayEdit = true, settled: () => { status?: number; body?: unknown } = () => ({ body: [visit] })) {
  const log = serve(({ method }) => (method === 'PUT' ? settled() : { body: [] }), { fields }, [category, order, visit])
  const { wrapper } = await mountAs(Proposals, { ticketId: 9, mayEdit })
  await flushPromises()
  return { log, wrapper }
}

describe('proposals', () => {
  it('name the field, the value and the words it comes from', async () => {
    const { wrapper } = await shown()
    expect(wrapper.findAll('li').map((one) => one.find('.what').text())).toEqual(['分类退款 / 未到账', '订单号SO-1', '上门日期2026-03-06'])
    expect(wrapper.findAll('li')[2]?.text()).toContain('客户说：明天')
    expect(wrapper.findAll('li')[1]?.text()).not.toContain('客户说')
  })

  it('are taken and put aside one by one', async () => {
    const { log, wrapper } = await shown()
    await wrapper.findAll('li')[1]!.findAll('button')[0]!.trigger('click')
    await flushPromises()
    expect(log.filter(({ method }) => method === 'PUT').map(({ path, body }) => [path, body])).toEqual([['/tickets/9/assist/proposals/5', { taken: true }]])
  })

  it('say why one could not be filled in', async () => {
    const { wrapper } = await shown(true, () => problem(409, 'assist.filled_meanwhile'))
    await wrapper.findAll('li')[0]!.findAll('button')[1]!.trigger('click')
    await flushPromises()
    expect(wrapper.find('[role=alert]').exists()).toBe(true)
  })

  it('are not asked for by who may not edit', async () => {
    const { log, wrapper } = await shown(false)
    expect(wrapper.find('section').exists()).toBe(false)
    expect(log.some(({ path }) => path.endsWith('/proposals'))).toBe(false)
  })
})
