import { mount } from '@vue/test-utils'
import { NButton } from 'naive-ui'
import { expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import { sendFormsOnce } from './submitting'

it('a form is sent once until its answer is there', async () => {
  sendFormsOnce()
  const isSaving = ref(false)
  const save = vi.fn(() => (isSaving.value = true))
  const submit = (event: Event) => {
    event.preventDefault()
    save()
  }
  const shown = mount(defineComponent(() => () => h('form', { onSubmit: submit }, [h('input'), h(NButton, { attrType: 'submit', loading: isSaving.value }, () => 'Save')])), { attachTo: document.body })
  const send = () => shown.get('form').element.requestSubmit()
  send()
  await nextTick()
  send()
  shown.get('button').element.click()
  expect(save).toHaveBeenCalledOnce()
  isSaving.value = false
  await nextTick()
  send()
  expect(save).toHaveBeenCalledTimes(2)
  shown.unmount()
})
