import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { createI18n } from 'vue-i18n'
import DurationInput from './DurationInput.vue'

const i18n = createI18n({ legacy: false, locale: 'en', messages: { en: { settings: { sla: { notADuration: 'not a duration' } } } } })

async function typed(text: string) {
  const input = mount(DurationInput, { props: { value: 60, label: 'Target' }, global: { plugins: [i18n] } })
  await input.find('input').setValue(text)
  await input.find('input').trigger('blur')
  return input
}

describe('a length that somebody types', () => {
  it('is told as minutes', async () => {
    const input = await typed('1h 30m')
    expect(input.emitted('change')).toEqual([[90]])
    expect(input.emitted('wrong')).toBeUndefined()
  })

  it('is no value when it can not be read, says so beside the field and upwards, until it can', async () => {
    const input = await typed('soon')
    expect(input.emitted('change')).toBeUndefined()
    expect(input.find('[role=alert]').text()).toBe('not a duration')
    expect(input.emitted('wrong')).toEqual([[true]])
    await input.find('input').setValue('2h')
    await input.find('input').trigger('blur')
    expect(input.emitted('wrong')).toEqual([[true], [false]])
    expect(input.emitted('change')).toEqual([[120]])
    expect(input.find('[role=alert]').exists()).toBe(false)
  })
})
