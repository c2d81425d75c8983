import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import type { Scope } from '@/app/api/types'
import { keys, queryClient } from '@/app/queries'
import type { Permission, Role } from '../people/types'

export function useRoles() {
  return useQuery({ queryKey: keys.roles, queryFn: () => api.get<Role[]>('/people/roles') })
}

export function useMatrix() {
  return useQuery({ queryKey: [...keys.roles, 'matrix'], queryFn: () => api.get<{ permissions: Permission[]; roles: Role[] }>('/people/permissions') })
}

export interface RoleBody {
  name_zh?: string
  name_en?: string
  grants?: Record<string, Scope>
  second_factor_required?: boolean
}

export async function saveRole(id: number | null, body: RoleBody): Promise<Role> {
  const saved = id === null ? await api.post<Role>('/people/roles', body) : await api.patch<Role>(`/people/roles/${id}`, body)
  await queryClient.invalidateQueries({ queryKey: keys.roles })
  return saved
}

export async function deleteRole(id: number): Promise<void> {
  await api.delete(`/people/roles/${id}`)
  await queryClient.invalidateQueries({ queryKey: keys.roles })
}

/** Permissions by their area, in the server's order. */
export function byArea(permissions: Permission[]): Array<{ area: string; permissions: Permission[] }> {
  const areas = new Map<string, Permission[]>()
  for (const permission of permissions) {
    const area = permission.code.split('.')[0] as string
    areas.set(area, [...(areas.get(area) ?? []), permission])
  }
  return [...areas].map(([area, list]) => ({ area, permissions: list }))
}
