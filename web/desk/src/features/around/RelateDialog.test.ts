import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadWords } from '@/app/i18n'
import { aPage, aRow } from '@/features/tickets/testing'
import { mountAs, problem, serve } from '@/features/tickets/testingServer'
import RelateDialog from './RelateDialog.vue'

beforeAll(() => loadWords('around'))
afterEach(() => {
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

const other = aRow({ id: 2, number: '#2', subject: '还是不加热' })
const page = () => ({ ...aPage({ ticket: { id: 1, number: '#1' } }), other_tickets: [other] })
const press = (text: string) => [...document.querySelectorAll('button')].find((button) => button.textContent?.includes(text))?.click()

describe('merging', () => {
  it('offers the customer’s other tickets and merges into this one, with a way back', async () => {
    const log = serve(() => ({ body: aRow() }))
    await mountAs(RelateDialog, { page: page(), kind: 'merge' })
    press('还是不加热')
    await flushPromises()
    press('合并')
    await flushPromises()
    expect(log.filter((asked) => asked.method === 'POST').map(({ path, body }) => [path, body])).toEqual([['/tickets/1/merges', { merged_ids: [2], across_customers: false }]])
    expect(document.body.textContent).toContain('#2 已并入 #1')
    press('撤销')
    await flushPromises()
    expect(log.filter((asked) => asked.method === 'DELETE').map(({ path }) => path)).toEqual(['/tickets/2/merge'])
  })

  it('asks before it merges tickets of different customers', async () => {
    const log = serve(({ body }) => (body.across_customers ? { body: aRow() } : problem(409, 'tickets.other_customers')))
    await mountAs(RelateDialog, { page: page(), kind: 'merge' })
    press('还是不加热')
    await flushPromises()
    press('合并')
    await flushPromises()
    press('仍然合并')
    await flushPromises()
    expect(log.filter((asked) => asked.method === 'POST').map(({ body }) => body.across_customers)).toEqual([false, true])
  })
})

describe('linking', () => {
  it('says what the other ticket is to this one', async () => {
    const log = serve(() => ({ body: [] }))
    await mountAs(RelateDialog, { page: page(), kind: 'link' })
    press('还是不加热')
    const parent = document.querySelector<HTMLInputElement>('input[type=radio][value=parent]')
    parent?.click()
    await flushPromises()
    ;[...document.querySelectorAll('button')].filter((button) => button.textContent?.trim() === '关联').at(-1)?.click()
    await flushPromises()
    expect(log.find((asked) => asked.method === 'POST')?.body).toEqual({ other_id: 2, relation: 'parent' })
  })
})
