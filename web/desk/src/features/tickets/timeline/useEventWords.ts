import { useI18n } from 'vue-i18n'
import type { NamedInBoth } from '../forms/types'
import { useLayout, useNaming } from '../forms/useLayout'
import type { Entry } from '../types'
import { customFieldsOf, fieldsOf, sentenceFor } from './wording'

/** Tells what happened in words, without who did it. */
export function useEventWords(): (entry: Entry) => string {
  const { t, te, d, locale } = useI18n()
  const layout = useLayout()
  const { nameOf } = useNaming()

  return (entry) => {
    const { type, params } = entry.event ?? { type: '', params: {} }
    const { key, values } = sentenceFor(type, params, entry.author.id)
    if (!te(key)) return t('tickets.event.unknown', { type })
    const own = customFieldsOf(params).map((key) => layout.value.fields.find((field) => field.key === key)).map((field, i) => (field ? nameOf(field) : customFieldsOf(params)[i]))
    const fields = [...fieldsOf(params).map((field) => t(field)), ...own].join(locale.value === 'en' ? ', ' : '、')
    const [custom, was] = ['custom', 'was_custom'].map((name) => (params[name] ? nameOf(params[name] as NamedInBoth) : ''))
    if (values.category) values.category = layout.value.categories.find((one) => String(one.id) === values.category)?.path ?? `#${values.category}`
    if (values.until) values.until = d(new Date(values.until), 'moment')
    const what = t(key, { ...values, what: values.metric ? t(values.metric) : '', fields, custom: custom ?? '', was: was ?? '' })
    return custom && type !== 'tickets.status_refined' ? t('tickets.withCustom', { what, custom }) : what
  }
}
