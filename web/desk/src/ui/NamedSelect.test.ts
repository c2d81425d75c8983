import { mount } from '@vue/test-utils'
import { NCascader, NDatePicker } from 'naive-ui'
import { afterEach, describe, expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref, withDirectives } from 'vue'
import { i18n } from '@/app/i18n'
import Field from './Field.vue'
import { vNamed } from './named'
import { NamedSelect } from './NamedSelect'

const options = [{ value: 1, label: '退货' }, { value: 2, label: '换货' }, { value: 3, label: '维修', disabled: true }]
let shown: ReturnType<typeof mount> | undefined
afterEach(() => shown?.unmount())

function show(attributes: Record<string, unknown>) {
  const value = ref(attributes.multiple ? [2] : 2)
  shown = mount(defineComponent(() => () => h(NamedSelect, { options, virtualScroll: false, value: value.value, 'onUpdate:value': (to: never) => (value.value = to), ...attributes } as never)), { attachTo: document.body })
  return { value, box: shown.get('.n-base-selection [role=combobox]') }
}

describe('a select', () => {
  it.each([{}, { filterable: true }, { multiple: true }, { multiple: true, filterable: true, maxTagCount: 'responsive' }])('has a role and a name where the keyboard stops: %o', (how) => {
    const { box } = show({ ...how, 'aria-label': '原因' })
    expect(box.attributes()).toMatchObject({ tabindex: '0', 'aria-label': '原因', 'aria-haspopup': 'listbox', 'aria-expanded': 'false' })
    for (const input of box.findAll('input')) expect(input.attributes('aria-label')).toBe('原因')
    expect(shown?.findAll('[aria-label="原因"]').map((one) => one.element.tagName).sort()).toEqual(['DIV', ...box.findAll('input').map(() => 'INPUT')])
  })

  it('says when its list is open, what is chosen in it and what the arrow keys have reached', async () => {
    const { value, box } = show({ 'aria-label': '原因' })
    await box.trigger('click')
    await nextTick()
    const list = document.getElementById(box.attributes('aria-controls') ?? '')
    expect(box.attributes('aria-expanded')).toBe('true')
    expect([list?.getAttribute('role'), list?.getAttribute('aria-label')]).toEqual(['listbox', '原因'])
    const told = [...(list?.querySelectorAll('[role=option]') ?? [])].map((one) => [one.textContent, one.getAttribute('aria-selected'), one.getAttribute('aria-disabled')])
    expect(told).toEqual([['退货', 'false', null], ['换货', 'true', null], ['维修', 'false', 'true']])
    const reached = () => document.getElementById(box.attributes('aria-activedescendant') ?? '')?.textContent
    expect(reached()).toBe('换货')
    await box.trigger('keydown', { key: 'ArrowUp' })
    await nextTick()
    expect(reached()).toBe('退货')
    await box.trigger('keydown', { key: 'Enter' })
    await nextTick()
    expect(value.value).toBe(1)
    expect(box.attributes('aria-expanded')).toBe('false')
    expect(box.attributes('aria-activedescendant')).toBeUndefined()
  })

  it('is called what the field around it is called, and what is wrong with it is told', () => {
    shown = mount(() => h(Field, { label: '原因', error: '请选择。' }, { default: ({ ties }: { ties: Record<string, string> }) => h(NamedSelect, { options, value: null, inputProps: ties }) }), { attachTo: document.body, global: { plugins: [i18n] } })
    const box = shown.get('[role=combobox]').attributes()
    expect(document.getElementById(box['aria-labelledby'] ?? '')?.textContent).toBe('原因')
    expect(document.getElementById(box['aria-describedby'] ?? '')?.textContent).toBe('请选择。')
    expect(box['aria-invalid']).toBe('true')
    expect(shown.get('label').attributes('for')).toBe(box.id)
  })

  it('is told to be out of use', () => {
    expect(show({ 'aria-label': '原因', disabled: true }).box.attributes('aria-disabled')).toBe('true')
  })
})

it('a field that lets nothing through is named by the directive', () => {
  shown = mount(() => withDirectives(h(NCascader, { options: [], value: null, filterable: true }), [[vNamed, '型号']]), { attachTo: document.body })
  expect(shown.get('.n-base-selection-label').attributes()).toMatchObject({ role: 'group', 'aria-label': '型号' })
  expect(shown.get('input').attributes('aria-label')).toBe('型号')
})

it('so is the box of a date picker, which the keyboard reaches before the field in it', () => {
  shown = mount(() => withDirectives(h(NDatePicker, { value: null, type: 'datetime' }), [[vNamed, '发布时间']]), { attachTo: document.body })
  expect(shown.findAll('.n-input[tabindex], input').map((stop) => stop.attributes('aria-label'))).toEqual(['发布时间', '发布时间'])
})
