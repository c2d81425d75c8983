import type { Locale, Named, Scope } from '@/app/api/types'

export interface RoleRef {
  id: number
  code: string
  name: string
}

export interface Staff {
  id: number
  name: string
  email: string
  locale: Locale
  is_active: boolean
  roles: RoleRef[]
  groups: Named[]
  /** null for readers who do not manage people */
  has_second_factor: boolean | null
  last_seen_at: string | null
}

export interface Invitation {
  id: number
  email: string
  name: string
  roles: RoleRef[]
  groups: Named[]
  locale: Locale
  invited_by: Named
  created_at: string
  expires_at: string
  /** only while the installation cannot send mail: to be handed over */
  link: string | null
}

export interface Group {
  id: number
  name: string
  description: string
  members: Named[]
}

export interface Role {
  id: number
  code: string
  name: string
  name_zh: string
  name_en: string
  builtin: boolean
  second_factor_required: boolean
  grants: Record<string, Scope>
  staff_count: number
}

export interface Permission {
  code: string
  zh: string
  en: string
  scoped: boolean
}
