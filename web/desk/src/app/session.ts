import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api } from './api/client'
import type { Scope, Session, SessionStaff } from './api/types'
import { usePreferences } from './preferences'

/** Who sits here and what they may do. */
export const useSession = defineStore('session', () => {
  const current = ref<Session | null>(null)
  const staff = computed(() => current.value?.staff ?? null)
  const isSignedIn = computed(() => staff.value !== null)

  /** Asks the server; false means nobody is signed in. */
  async function load(): Promise<boolean> {
    adopt(await api.get<Session>('/session'))
    return isSignedIn.value
  }

  function adopt(session: Session): void {
    current.value = session
    if (!session.staff) return
    const preferences = usePreferences()
    preferences.locale = session.staff.locale
    preferences.theme = session.staff.theme
  }

  /** Notes a change of one's own account that the server is being told. */
  function amend(change: Partial<SessionStaff>): void {
    if (staff.value) Object.assign(staff.value, change)
  }

  function forget(): void {
    if (current.value) current.value = { ...current.value, staff: null }
  }

  function scopeOf(permission: string): Scope | null {
    return staff.value?.permissions[permission] ?? null
  }

  function can(permission: string): boolean {
    return scopeOf(permission) !== null
  }

  return { current, staff, isSignedIn, load, adopt, amend, forget, scopeOf, can }
})
