import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { queryClient } from '@/app/queries'
import type { Attainment, ClockList, Policy, PolicyForm, PolicyList, Trial, Version } from './types'

const policies = ['sla', 'policies'] as const

export function usePolicies() {
  return useQuery({ queryKey: policies, queryFn: ({ signal }) => api.get<PolicyList>('/sla/policies', { signal }) })
}

export function useVersions(id: number) {
  return useQuery({ queryKey: [...policies, id, 'versions'], queryFn: ({ signal }) => api.get<Version[]>(`/sla/policies/${id}/versions`, { signal }) })
}

export function useAttainment(days: number) {
  return useQuery({ queryKey: ['sla', 'attainment', days], queryFn: ({ signal }) => api.get<Attainment>(`/sla/attainment?days=${days}`, { signal }) })
}

/** The clocks of a ticket, looked at anew each time somebody asks. */
export function useClocks(ticketId: number) {
  return useQuery({ queryKey: ['sla', 'clocks', ticketId], queryFn: ({ signal }) => api.get<ClockList>(`/tickets/${ticketId}/clocks`, { signal }), staleTime: 5_000 })
}

export async function publish(id: number | null, form: PolicyForm, includesOpen: boolean): Promise<Policy> {
  const body = { ...form, includes_open: includesOpen }
  const saved = id === null ? await api.post<Policy>('/sla/policies', body) : await api.put<Policy>(`/sla/policies/${id}`, body)
  await refresh()
  return saved
}

export async function switchPolicy(id: number, active: boolean): Promise<void> {
  await api.patch(`/sla/policies/${id}`, { active })
  await refresh()
}

export async function arrange(ids: number[]): Promise<void> {
  await api.put('/sla/policies/order', { policy_ids: ids })
  await refresh()
}

export async function removePolicy(id: number): Promise<void> {
  await api.delete(`/sla/policies/${id}`)
  await refresh()
}

export function startTrial(form: PolicyForm, policyId: number | null, days: number): Promise<Trial> {
  return api.post<Trial>('/sla/trials', { ...form, policy_id: policyId, days })
}

export function readTrial(id: number): Promise<Trial> {
  return api.get<Trial>(`/sla/trials/${id}`)
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: policies })
}
