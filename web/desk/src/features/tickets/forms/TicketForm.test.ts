import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import TicketForm from '../panel/TicketForm.vue'
import TicketHeader from '../ticket/TicketHeader.vue'
import { aPage, aRow } from '../testing'
import { mountAs, problem, serve, type Asked } from '../testingServer'
import { missing, noteMissing } from './missing'
import type { CustomField, Layout } from './types'
import { ApiError } from '@/app/api/client'

const field = (id: number, key: string, kind: string, given: Partial<CustomField> = {}): CustomField => ({
  id, key, kind, name_zh: key, name_en: key, help_zh: '', help_en: '', rules: {}, position: 0, active: true, is_personal: false, taken_from: '', ...given,
})
const layout: Partial<Layout> = {
  statuses: [{ id: 7, name_zh: '等配件', name_en: 'Waiting for parts', status: 'on_hold', position: 0, active: true }],
  fields: [field(1, 'order_no', 'text', { rules: { pattern: 'LT\\d+' } }), field(2, 'days', 'number')],
  forms: [
    {
      id: 1, name_zh: '', name_en: '', is_default: true, active: true,
      lines: [
        { field_id: 1, required: 'on_close', shown_when: [] },
        { field_id: 2, required: 'never', shown_when: [{ about: 'field', key: 'order_no', any_of: [] }] },
      ],
    },
  ],
}

let unmount = () => {}
afterEach(async () => {
  missing.value = null
  unmount()
  await flushPromises()
  vi.unstubAllGlobals()
})

async function shown(component: Parameters<typeof mountAs>[0], props: Record<string, unknown>) {
  const log = serve(({ method, body }: Asked) => ({ body: method === 'PATCH' ? { ...aRow(), ...body, version: 2 } : [] }), layout)
  const { wrapper } = await mountAs(component, props)
  unmount = () => wrapper.unmount()
  await flushPromises()
  return { wrapper, sent: () => log.filter((one) => one.method === 'PATCH').map((one) => one.body) }
}
const ticketWith = (fields: Record<string, unknown>) => aPage({ ticket: { fields } }).ticket

describe('the fields of a ticket', () => {
  it('are kept by Enter, with the version they were chosen on', async () => {
    const { wrapper, sent } = await shown(TicketForm, { ticket: ticketWith({}) })
    const input = wrapper.get('#field-order_no')
    await input.setValue(' LT42 ')
    await input.trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(sent()).toEqual([{ fields: { order_no: 'LT42' }, version: 1 }])
  })

  it('say what does not fit and send nothing', async () => {
    const { wrapper, sent } = await shown(TicketForm, { ticket: ticketWith({ order_no: 'LT1' }) })
    const input = wrapper.get('#field-order_no')
    await input.setValue('42')
    await input.trigger('blur')
    expect(wrapper.get('[role=alert]').text()).toContain('LT\\d+')
    await input.trigger('keydown', { key: 'Escape' })
    expect((input.element as HTMLInputElement).value).toBe('LT1')
    expect(sent()).toEqual([])
  })

  it('appear when their conditions hold', async () => {
    expect((await shown(TicketForm, { ticket: ticketWith({}) })).wrapper.find('#field-days').exists()).toBe(false)
    unmount()
    expect((await shown(TicketForm, { ticket: ticketWith({ order_no: 'LT1' }) })).wrapper.find('#field-days').exists()).toBe(true)
  })

  it('are marked when somebody tried to solve the ticket without them', async () => {
    const { wrapper } = await shown(TicketForm, { ticket: ticketWith({}) })
    const refused = problem(422, 'tickets.fields_missing', { fields: [{ key: 'order_no' }] }).body
    expect(noteMissing(1, new ApiError(refused))).toBe(true)
    await flushPromises()
    expect(wrapper.findAll('.missing').length).toBe(1)
    expect(noteMissing(1, new ApiError(problem(409, 'tickets.changed_meanwhile').body))).toBe(false)
  })
})

describe('custom statuses', () => {
  const actionsOf = async (given: Parameters<typeof aRow>[0]) => {
    const { useTicketActions } = await import('../ticket/useTicketActions')
    const { computed, defineComponent, h } = await import('vue')
    const ticket = aRow(given)
    const Head = defineComponent({ setup: () => { const actions = useTicketActions(computed(() => ticket)); return () => h(TicketHeader, { ticket, actions, isPanelHidden: false }) } })
    return shown(Head, {})
  }
  const choose = async (label: string) => {
    const option = [...document.querySelectorAll<HTMLElement>('[role=option]')].find((one) => one.textContent.trim() === label)
    option?.click()
    await flushPromises()
  }

  it('stand beneath their fixed one and bring it along', async () => {
    const { wrapper, sent } = await actionsOf({ status: 'open' })
    await wrapper.get('button[aria-haspopup=listbox]').trigger('click')
    await flushPromises()
    const options = [...document.querySelectorAll('[role=option]')].map((one) => one.textContent.trim())
    expect(options.slice(2, 5)).toEqual(['挂起', '等配件', '已解决'])
    await choose('等配件')
    expect(sent()).toEqual([{ custom_status_id: 7, version: 1 }])
  })

  it('are taken off by choosing the fixed one', async () => {
    const { wrapper, sent } = await actionsOf({ status: 'on_hold', custom_status: { id: 7, name_zh: '等配件', name_en: 'Waiting for parts' } })
    expect(wrapper.get('button[aria-haspopup=listbox]').text()).toBe('等配件')
    await wrapper.get('button[aria-haspopup=listbox]').trigger('click')
    await flushPromises()
    await choose('挂起')
    expect(sent()).toEqual([{ custom_status_id: null, version: 1 }])
  })
})
