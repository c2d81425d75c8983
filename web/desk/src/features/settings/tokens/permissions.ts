import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import { useSession } from '@/app/session'
import type { Permission } from '../people/types'

/** Permissions in words; their codes for whoever may not read the matrix. */
export function usePermissions() {
  const { locale } = useI18n()
  const session = useSession()
  const matrix = useQuery({
    queryKey: [...keys.roles, 'matrix'],
    queryFn: () => api.get<{ permissions: Permission[] }>('/people/permissions'),
    enabled: session.can('people.read'),
  })
  const known = computed(() => matrix.data.value?.permissions ?? [])

  function nameOf(code: string): string {
    const found = known.value.find((permission) => permission.code === code)
    return found ? (locale.value === 'en' ? found.en : found.zh) : code
  }

  /** one's own permissions, in the order of the matrix */
  const mine = computed(() => {
    const place = new Map(known.value.map((permission, i) => [permission.code, i]))
    return Object.keys(session.staff?.permissions ?? {}).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0) || a.localeCompare(b))
  })
  return { nameOf, mine }
}
