import { flushPromises } from '@vue/test-utils'
import { NDropdown, NSelect } from 'naive-ui'
import { afterEach, describe, expect, it, vi } from 'vitest'
import SendButtons from '../composer/SendButtons.vue'
import { statusOf } from '../forms/statusChoice'
import type { CustomField, CustomStatus } from '../forms/types'
import { mountAs, serve } from '../testingServer'
import { together } from './actions'
import ActionChips from './ActionChips.vue'
import ActionsForm from './ActionsForm.vue'
import FieldActions from './FieldActions.vue'

const parts: CustomStatus = { id: 7, name_zh: '等配件', name_en: 'Waiting for parts', status: 'on_hold', position: 0, active: true }
const checking: CustomStatus = { id: 8, name_zh: '核实中', name_en: 'Checking', status: 'open', position: 1, active: true }
const retired: CustomStatus = { ...parts, id: 9, name_zh: '旧状态', active: false }
const repair = { id: 3, name_zh: '维修', name_en: 'Repair', form_id: null, position: 0, active: true }
const model: CustomField = { id: 1, key: 'model', kind: 'choice', name_zh: '型号', name_en: 'Model', help_zh: '', help_en: '', rules: { options: [{ value: 'x1', zh: '空炸 X1', en: 'Fryer X1' }] }, position: 0, active: true, is_personal: false, taken_from: '' }
const proof: CustomField = { ...model, id: 2, key: 'proof', kind: 'file', name_zh: '凭证' }

let wrapper: Awaited<ReturnType<typeof mountAs>>['wrapper'] | undefined
afterEach(() => {
  wrapper?.unmount()
  vi.unstubAllGlobals()
})
async function show(component: object, props: Record<string, unknown>) {
  serve(() => ({ body: [] }), { statuses: [parts, checking, retired], types: [repair], fields: [model, proof] })
  wrapper = (await mountAs(component, props)).wrapper
  await flushPromises()
  return wrapper
}

describe('what the company made itself', () => {
  it('is a status of its own inside a fixed one', () => {
    expect(statusOf('custom:7', [parts])).toEqual({ status: 'on_hold', custom: parts })
    expect(statusOf('solved', [parts])).toEqual({ status: 'solved', custom: null })
  })

  it('is offered where an answer is sent, as long as it is in use', async () => {
    const sent = vi.fn()
    const shown = await show(SendButtons, { isNote: false, canSend: true, isSending: false, onSend: sent })
    const menu = shown.findComponent(NDropdown)
    expect((menu.props('options') as Array<{ key: string; label: string }>).map(({ key, label }) => [key, label])).toEqual([
      ['solved', '发送并解决'], ['pending', '发送并等待客户'], ['on_hold', '发送并挂起'], ['custom:7', '发送并设为“等配件”'], ['custom:8', '发送并设为“核实中”'],
    ])
    menu.vm.$emit('select', 'custom:7')
    expect(sent).toHaveBeenCalledWith('custom:7')
  })

  it('is offered to macros and bulk changes, and takes the place of the fixed status', async () => {
    const changed = vi.fn()
    const shown = await show(ActionsForm, { actions: { status: 'solved', priority: 4 }, onChange: changed })
    const [status] = shown.findAllComponents(NSelect)
    expect((status?.props('options') as Array<{ value: string }>).map(({ value }) => value)).toEqual(['open', 'custom:8', 'pending', 'on_hold', 'custom:7', 'solved', 'closed'])
    status?.vm.$emit('update:value', 'custom:7')
    expect(changed).toHaveBeenLastCalledWith({ priority: 4, custom_status_id: 7 })
    expect(shown.text()).toContain('类型')
    expect(shown.text()).toContain('工单字段')
  })

  it('gives fields a value only once there is one, or empties them when that is said', async () => {
    const changed = vi.fn()
    const shown = await show(FieldActions, { fields: {}, onChange: changed })
    const add = shown.findComponent(NSelect)
    expect((add.props('options') as Array<{ value: string }>).map(({ value }) => value)).toEqual(['model']) // no files for many
    add.vm.$emit('update:value', 'model')
    await flushPromises()
    expect(changed).not.toHaveBeenCalled()
    const value = shown.findComponent(NSelect)
    value.vm.$emit('update:value', 'x1')
    expect(changed).toHaveBeenLastCalledWith({ model: 'x1' })
    await shown.findAll('button').find((button) => button.text() === '清空')?.trigger('click')
    expect(changed).toHaveBeenLastCalledWith({ model: null })
  })

  it('reads as words', async () => {
    const shown = await show(ActionChips, { actions: { custom_status_id: 7, type_id: 3, fields: { model: 'x1' } } })
    expect(shown.findAll('.chip').map((chip) => chip.text())).toEqual(['状态 → 等配件', '类型 → 维修', '字段：型号 = 空炸 X1'])
  })
})

describe('two macros on one answer', () => {
  it('keep one status, the later', () => {
    expect(together({ custom_status_id: 7, priority: 4 }, { status: 'solved' })).toEqual({ priority: 4, status: 'solved' })
    expect(together({ status: 'solved' }, { custom_status_id: 7 })).toEqual({ custom_status_id: 7 })
    expect(together({ status: 'solved' }, { priority: 1 })).toEqual({ status: 'solved', priority: 1 })
  })

  it('fill in the fields of both', () => {
    expect(together({ fields: { a: 1, b: 1 } }, { fields: { b: 2 } })).toEqual({ fields: { a: 1, b: 2 } })
  })
})
