import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { api } from '@/app/api/client'
import type { Locale } from '@/app/api/types'
import { keys, queryClient } from '@/app/queries'
import type { Invitation, Staff } from './types'

const refresh = () => queryClient.invalidateQueries({ queryKey: ['people'] })

export function useStaffList(active: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => [...keys.staff, 'list', toValue(active)]),
    queryFn: async () => (await api.get<{ items: Staff[] }>('/people/staff', { query: { active: toValue(active) } })).items,
  })
}

export function useStaff(id: number) {
  return useQuery({ queryKey: [...keys.staff, 'one', id], queryFn: () => api.get<Staff>(`/people/staff/${id}`) })
}

export function useInvitations(enabled: boolean) {
  return useQuery({ queryKey: ['people', 'invitations'], queryFn: () => api.get<Invitation[]>('/people/invitations'), enabled })
}

export interface NewInvitation {
  email: string
  name: string
  locale: Locale
  role_ids: number[]
  group_ids: number[]
}

async function told<T>(act: Promise<T>): Promise<T> {
  const answer = await act
  await refresh()
  return answer
}

export const invite = (body: NewInvitation) => told(api.post<Invitation>('/people/invitations', body))
export const resendInvitation = (id: number) => told(api.post<Invitation>(`/people/invitations/${id}/mails`))
export const revokeInvitation = (id: number) => told(api.delete(`/people/invitations/${id}`))

export const changeStaff = (id: number, body: { name?: string; email?: string; locale?: Locale; role_ids?: number[]; group_ids?: number[] }) =>
  told(api.patch<Staff>(`/people/staff/${id}`, body))
export const deactivate = (id: number) => told(api.post(`/people/staff/${id}/deactivation`))
export const reactivate = (id: number) => told(api.delete(`/people/staff/${id}/deactivation`))
export const removeSecondFactor = (id: number) => told(api.delete(`/people/staff/${id}/second-factor`))
export const signOutEverywhere = (id: number) => told(api.delete(`/people/staff/${id}/sessions`))
