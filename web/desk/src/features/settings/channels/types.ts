export interface FormOption {
  value: string
  zh: string
  en: string
}

/** One field of a provider's settings form, as the server describes it. */
export interface FormField {
  name: string
  type: 'text' | 'password' | 'number' | 'bool' | 'choice' | 'list' | 'structure'
  zh: string
  en: string
  required: boolean
  secret: boolean
  default?: unknown
  options?: FormOption[]
  hint_zh?: string
  hint_en?: string
}

export interface ChannelKind {
  kind: string
  name_zh: string
  name_en: string
  form: FormField[]
}

export type Values = Record<string, unknown>

export interface Channel {
  id: number
  kind: string
  key: string
  name: string
  active: boolean
  values: Values
  default_group_id: number | null
  /** of cases that are known to be nowhere else */
  default_region: string
  created_at: string
}

/** What the server shows for a kept secret, and takes back as "unchanged". */
export const KEPT = '••••••'
