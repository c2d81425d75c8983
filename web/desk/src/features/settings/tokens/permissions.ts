import { useI18n } from 'vue-i18n'
import { useSession } from '@/app/session'
import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'
import type { Permission } from '../people/types'

/** A permission in words; its code for whoever may not read the matrix. */
export function usePermissionNames(): (code: string) => string {
  const { locale } = useI18n()
  const session = useSession()
  const matrix = useQuery({
    queryKey: [...keys.roles, 'matrix'],
    queryFn: () => api.get<{ permissions: Permission[] }>('/people/permissions'),
    enabled: session.can('people.read'),
  })
  return (code) => {
    const found = matrix.data.value?.permissions.find((permission) => permission.code === code)
    return found ? (locale.value === 'en' ? found.en : found.zh) : code
  }
}
