import { useQuery } from '@tanstack/vue-query'
import type { SelectOption } from 'naive-ui'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import { useCategories, useColleagues, useGroups, useTags } from '@/features/tickets/directory'
import type { Condition, Node, Tree } from '@/features/tickets/views/api'

export type Takes = 'list' | 'number' | 'moment' | 'span' | 'text' | 'nothing'

/** What conditions can ask of a field, as the server tells it. */
export interface Field {
  name: string
  kind: string
  zh: string
  en: string
  operators: Array<{ name: string; takes: string }>
  choices: Array<{ value: string | number; zh: string; en: string }>
  picker: string
  named: string[]
}

export interface FieldList {
  fields: Field[]
  units: string[]
  channels: Array<{ id: number; name: string }>
}

export type Option = SelectOption & { label: string; value: string | number }

const CHANNEL_KINDS = ['email', 'chat', 'portal', 'api']
const LANGUAGES = ['zh', 'en']

/** Every field there is, and the values that can be chosen for it. */
export function useFields() {
  const { t, te, locale } = useI18n()
  const query = useQuery({ queryKey: [...keys.views, 'fields'], queryFn: ({ signal }) => api.get<FieldList>('/views/fields', { signal }), staleTime: 10 * 60_000 })
  const lists = { staff: useColleagues(), groups: useGroups(), categories: useCategories() }
  const tags = useTags()
  const fields = computed(() => query.data.value?.fields ?? [])
  const isChinese = computed(() => locale.value.startsWith('zh'))
  const labelOf = (field: Field) => (isChinese.value ? field.zh : field.en)

  function fieldOf(name: string): Field | undefined {
    return fields.value.find((field) => field.name === name)
  }

  function takesOf(condition: Condition): Takes {
    return (fieldOf(condition.field)?.operators.find(({ name }) => name === condition.is)?.takes ?? 'nothing') as Takes
  }

  function optionsFor(field: Field): Option[] {
    const named = field.named.filter((name) => name !== '*').map((name) => ({ value: name, label: t(`views.named.${field.picker}.${name}`) }))
    if (field.choices.length) return field.choices.map((choice) => ({ value: choice.value, label: isChinese.value ? choice.zh : choice.en }))
    if (field.picker === 'tags') return tags.value.map((tag) => ({ value: tag, label: tag }))
    if (field.picker === 'channels') return (query.data.value?.channels ?? []).map(({ id, name }) => ({ value: id, label: name }))
    if (field.picker === 'channel_kinds') return CHANNEL_KINDS.map((kind) => ({ value: kind, label: t(`views.channelKind.${kind}`) }))
    if (field.picker === 'languages') return LANGUAGES.map((code) => ({ value: code, label: new Intl.DisplayNames(locale.value, { type: 'language' }).of(code) ?? code }))
    const list = lists[field.picker as keyof typeof lists]
    return [...named, ...(list?.value ?? []).map(({ id, name }) => ({ value: id, label: name }))]
  }

  function operatorLabel(field: Field, operator: string): string {
    const own = `views.operator.${field.kind}.${operator}`
    return te(own) ? t(own) : t(`views.operator.${operator}`)
  }

  function fresh(name: string): Condition {
    const operator = fieldOf(name)?.operators[0]
    return { field: name, is: operator?.name ?? 'any_of', ...emptyValue(operator?.takes ?? 'nothing') }
  }

  return { query, fields, labelOf, fieldOf, takesOf, optionsFor, operatorLabel, fresh }
}

export type Fields = ReturnType<typeof useFields>

/** What an operator starts with. */
export function emptyValue(takes: string): { value?: unknown } {
  switch (takes) {
    case 'list': return { value: [] }
    case 'number': return { value: 1 }
    case 'span': return { value: { amount: 7, unit: 'days' } }
    case 'moment': return { value: '' }
    case 'text': return { value: '' }
    default: return {}
  }
}

export type Join = 'all' | 'any' | 'none'

export function joinOf(tree: Tree): Join {
  return 'all' in tree ? 'all' : 'any' in tree ? 'any' : 'none'
}

export function partsOf(tree: Tree): Node[] {
  return 'all' in tree ? tree.all : 'any' in tree ? tree.any : (tree.none ?? [])
}

export function joined(join: Join, parts: Node[]): Tree {
  return { [join]: parts } as Tree
}

export const isTree = (node: Node): node is Tree => !('field' in node)

/** Whether every condition has its value, so that it is worth asking. */
export function isWhole(tree: Tree): boolean {
  return partsOf(tree).every((node) => {
    if (isTree(node)) return partsOf(node).length > 0 && isWhole(node)
    const { value } = node
    return !(value === '' || (Array.isArray(value) && value.length === 0) || value === null)
  })
}
