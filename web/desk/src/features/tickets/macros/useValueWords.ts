import { useI18n } from 'vue-i18n'
import { useColleagues } from '../directory'
import type { CustomField, FieldOption } from '../forms/types'
import { useNaming } from '../forms/useLayout'

/** What a custom field's value reads like. */
export function useValueWords() {
  const { t } = useI18n()
  const colleagues = useColleagues()
  const { wordOf } = useNaming()

  return function told(field: CustomField, value: unknown): string {
    const options = flat(field.rules.options ?? [])
    const one = (choice: unknown) => {
      const option = options.find((known) => known.value === choice)
      return option ? wordOf(option) : String(choice)
    }
    if (value === null || value === undefined) return t('tickets.macros.action.nothing')
    if (field.kind === 'cascade' && Array.isArray(value)) return value.map(one).join(' / ')
    if (Array.isArray(value)) return value.map(one).join(t('ui.comma'))
    if (field.kind === 'person') return colleagues.value.find(({ id }) => id === value)?.name ?? `#${String(value)}`
    return value === true ? '✓' : one(value)
  }
}

function flat(options: FieldOption[]): FieldOption[] {
  return options.flatMap((option) => [option, ...flat(option.children ?? [])])
}
