/** Shapes of the HTTP API v1 that more than one feature reads. */

export type Locale = 'zh-CN' | 'en'
export type ThemeChoice = 'light' | 'dark' | 'system'
export type Scope = 'own' | 'group' | 'all'

export interface Named {
  id: number
  name: string
}

export interface Paged<T> {
  items: T[]
  next_cursor: string | null
}

export interface SessionStaff {
  id: number
  name: string
  email: string
  locale: Locale
  theme: ThemeChoice
  signature: string
  /** codes of the roles held */
  roles: string[]
  permissions: Record<string, Scope>
  groups: Named[]
}

export interface Session {
  /** null when nobody is signed in */
  staff: SessionStaff | null
  csrf_token: string
  company: { name: string }
  stream_url: string
  setup_needed: boolean
  second_factor_required: boolean
}

export interface StoredFile {
  id: number
  name: string
  media_type: string
  size: number
  url: string
}
