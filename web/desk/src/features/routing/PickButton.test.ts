import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { nextTick } from 'vue'
import PickButton from './PickButton.vue'

it('opens its list, tells what was chosen, and is a button again', async () => {
  const shown = mount(PickButton, { props: { label: '移到…', name: '移到… #7', options: [{ value: 1, label: '售前' }, { value: 2, label: '售后' }] }, attachTo: document.body })
  await shown.get('button').trigger('click')
  await nextTick()
  expect(shown.get('[role=combobox]').attributes('aria-label')).toBe('移到… #7')
  const options = [...document.querySelectorAll<HTMLElement>('.n-base-select-option')]
  options.find((one) => one.textContent === '售后')?.click()
  await nextTick()
  expect(shown.emitted('choose')).toEqual([[2]])
  expect(shown.find('[role=combobox]').exists()).toBe(false)
  expect(document.activeElement).toBe(shown.get('button').element)
  shown.unmount()
})
