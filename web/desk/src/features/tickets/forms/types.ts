export interface NamedInBoth {
  id: number
  name_zh: string
  name_en: string
}

export interface CustomStatus extends NamedInBoth {
  /** the fixed status it is inside */
  status: string
  position: number
  active: boolean
}

export interface TicketType extends NamedInBoth {
  /** null: the default form */
  form_id: number | null
  position: number
  active: boolean
}

export interface Category {
  id: number
  name: string
  path: string
  parent_id: number | null
  depth: number
  position: number
  active: boolean
}

export const fieldKinds = ['text', 'long_text', 'number', 'date', 'choice', 'choices', 'cascade', 'person', 'customer', 'file', 'checkbox'] as const
export type FieldKind = (typeof fieldKinds)[number]

/** What a field of each kind may be filled in from. */
export const takings: Partial<Record<string, readonly string[]>> = {
  text: ['order', 'phone', 'address', 'email', 'amount', 'date'],
  long_text: ['order', 'phone', 'address', 'email', 'amount', 'date'],
  number: ['amount', 'order'],
  date: ['date'],
  choice: ['options'],
  choices: ['options'],
  cascade: ['options'],
}

export interface FieldOption {
  value: string
  zh: string
  en: string
  children?: FieldOption[]
}

export interface FieldRules {
  max_length?: number
  pattern?: string
  min?: number | string
  max?: number | string
  decimals?: number
  options?: FieldOption[]
}

export interface CustomField extends NamedInBoth {
  key: string
  kind: string
  help_zh: string
  help_en: string
  rules: FieldRules
  position: number
  active: boolean
  is_personal: boolean
  /** what of a conversation is proposed for it; '' for nothing */
  taken_from: string
}

export interface Condition {
  about: 'category' | 'type' | 'field'
  key: string
  any_of: Array<string | number | boolean>
}

export type Required = 'never' | 'on_close' | 'always'

export interface FormLine {
  field_id: number
  required: Required
  shown_when: Condition[]
}

export interface Form extends NamedInBoth {
  is_default: boolean
  active: boolean
  lines: FormLine[]
}

export interface Template {
  id: number
  name: string
  subject: string
  text: string
  type_id: number | null
  category_id: number | null
  group_id: number | null
  priority: number
  tags: string[]
  fields: Values
  position: number
  active: boolean
}

export interface Layout {
  statuses: CustomStatus[]
  types: TicketType[]
  categories: Category[]
  fields: CustomField[]
  forms: Form[]
  templates: Template[]
}

/** What custom fields hold, by key; empty ones are absent. */
export type Values = Record<string, unknown>
