import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'
import type { Group } from '../people/types'

export function useGroups() {
  return useQuery({ queryKey: keys.groups, queryFn: () => api.get<Group[]>('/people/groups') })
}

/** Looks up a group's name; '' while unknown. */
export function useGroupNames(): (id: number) => string {
  const groups = useGroups()
  return (id) => groups.data.value?.find((group) => group.id === id)?.name ?? ''
}

export async function saveGroup(id: number | null, body: { name: string; description: string; member_ids: number[] }): Promise<Group> {
  const saved = id === null ? await api.post<Group>('/people/groups', body) : await api.patch<Group>(`/people/groups/${id}`, body)
  await queryClient.invalidateQueries({ queryKey: ['people'] })
  return saved
}

export async function deleteGroup(id: number): Promise<void> {
  await api.delete(`/people/groups/${id}`)
  await queryClient.invalidateQueries({ queryKey: keys.groups })
}
