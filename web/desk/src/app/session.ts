import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, api } from './api/client'
import type { Scope, Session, SessionStaff } from './api/types'
import { usePreferences } from './preferences'

/** Who sits here and what they may do. */
export const useSession = defineStore('session', () => {
  const current = ref<Session | null>(null)
  const setupNeeded = ref(false)
  const staff = computed(() => current.value?.staff ?? null)
  const isSignedIn = computed(() => current.value !== null)

  /** Asks the server; null means nobody is signed in. */
  async function load(): Promise<Session | null> {
    try {
      adopt(await api.get<Session>('/session'))
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 401 && error.status !== 403)) throw error
      current.value = null
    }
    return current.value
  }

  function adopt(session: Session): void {
    current.value = session
    const preferences = usePreferences()
    preferences.locale = session.staff.locale
    preferences.theme = session.staff.theme
  }

  /** Notes a change of one's own account that the server is being told. */
  function amend(change: Partial<SessionStaff>): void {
    if (current.value) Object.assign(current.value.staff, change)
  }

  function forget(): void {
    current.value = null
  }

  function scopeOf(permission: string): Scope | null {
    return staff.value?.permissions[permission] ?? null
  }

  function can(permission: string): boolean {
    return scopeOf(permission) !== null
  }

  return { current, staff, isSignedIn, setupNeeded, load, adopt, amend, forget, scopeOf, can }
})
