import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'

export interface Presence {
  state: string
  custom_id: number | null
  reason: string
  since: string
}

export interface Term {
  name: string
  value: number
}

export interface Offer {
  id: number
  ticket_id: number
  number: string
  subject: string
  preview: string
  customer: string
  tier: string
  channel: string
  kind: string
  queue: string
  priority: number
  waiting_since: string
  is_call_back: boolean
  offered_at: string
  expires_at: string
  terms: Term[]
}

export interface Decision {
  id: number
  at: string
  how: string
  reason: string
  queue: string
  ring: number
  staff: { id: number; name: string } | null
  by: { id: number; name: string } | null
  terms: Term[]
  total: number
  version: number
  considered: number
  runners_up: Array<{ id: number; name: string; total: number }>
  offer: string | null
}

export interface QueueNow {
  id: number
  name: string
  waiting: number
  offered: number
  held: number
  longest_since: string | null
  at_risk: number
  ready: number
  estimate: { mean: number; low: number; high: number } | null
}

export interface PersonNow {
  id: number
  name: string
  state: string
  custom_id: number | null
  reason: string
  since: string | null
  load: Record<string, number>
  limits: Record<string, number>
  skills: Record<string, number>
}

/** A time somebody spent in one state; the last has no end. */
export interface Spell {
  state: string
  custom_id: number | null
  reason: string
  began_at: string
  ended_at: string | null
  by_id: number | null
}

export interface Monitor {
  at: string
  queues: QueueNow[]
  people: PersonNow[]
}

export interface Work {
  id: number
  ticket_id: number
  number: string
  subject: string
  customer: string
  tier: string
  kind: string
  queue_id: number
  queue: string
  state: string
  ring: number
  can_widen: boolean
  moved_by: { id: number; name: string } | null
  entered_at: string
  holder: { id: number; name: string } | null
}

export const STATES = ['available', 'busy', 'break', 'training', 'after_contact', 'offline'] as const
const BEATS_EVERY = 30_000
const LOOKED_EVERY = 5_000
const key = keys.routing

/** One's presence; asked for by heartbeats, which keep it alive while the desk is open. */
export const usePresence = () =>
  useQuery({
    queryKey: [...key, 'presence'],
    queryFn: () => api.post<Presence>('/people/presence/heartbeats', {}),
    refetchInterval: BEATS_EVERY,
    refetchIntervalInBackground: true,
    staleTime: 0,
  })

export const useChoosePresence = (failed: (error: unknown) => void) =>
  useMutation({
    mutationFn: (wanted: { state: string; custom_id: number | null; reason: string }) => api.put<Presence>('/people/presence', wanted),
    onSuccess: (told) => queryClient.setQueryData([...key, 'presence'], told),
    onError: failed,
  })

export const useOffers = () => useQuery({ queryKey: [...key, 'offers'], queryFn: () => api.get<Offer[]>('/routing/offers'), staleTime: 0 })

/** Accepts, refuses, or takes the next; what is told afterwards is fetched anew. */
export function useTaking(failed: (error: unknown) => void) {
  const anew = () => queryClient.invalidateQueries({ queryKey: key })
  const act = <T>(path: (id: number) => string) => useMutation({ mutationFn: (id: number) => api.post<T>(path(id), {}), onSettled: anew, onError: failed })
  return {
    accept: act<{ ticket_id: number }>((id) => `/routing/offers/${id}/acceptance`),
    refuse: act<null>((id) => `/routing/offers/${id}/refusal`),
    next: act<{ ticket_id: number }>(() => '/routing/next'),
  }
}

export const useDecisions = (ticketId: MaybeRefOrGetter<number>) =>
  useQuery(computed(() => ({ queryKey: [...key, 'decisions', toValue(ticketId)], queryFn: () => api.get<Decision[]>(`/routing/tickets/${toValue(ticketId)}/decisions`) })))

export const useMonitor = () => useQuery({ queryKey: [...key, 'monitor'], queryFn: () => api.get<Monitor>('/routing/monitor'), refetchInterval: LOOKED_EVERY, staleTime: 0 })

/** The first of what waits, in order of rank. */
export const useWaiting = (queue: MaybeRefOrGetter<number | null>, limit: MaybeRefOrGetter<number>) =>
  useQuery(
    computed(() => ({
      queryKey: [...key, 'work', toValue(queue), toValue(limit)],
      queryFn: () => api.get<Work[]>('/routing/work', { query: { queue: toValue(queue), limit: toValue(limit) } }),
      placeholderData: keepPreviousData,
      refetchInterval: LOOKED_EVERY,
      staleTime: 0,
    })),
  )

export const giveWork = (id: number, staffId: number, isConfirmed: boolean) => api.post<Work>(`/routing/work/${id}/assignment`, { staff_id: staffId, confirmed: isConfirmed })
export const moveWork = (id: number, queueId: number) => api.post<Work>(`/routing/work/${id}/move`, { queue_id: queueId })
export const releaseWork = (id: number) => api.delete<Work>(`/routing/work/${id}/move`)
export const widenWork = (id: number) => api.post<Work>(`/routing/work/${id}/widening`, {})
export const setPresenceOf = (id: number, state: string, customId: number | null) => api.put<Presence>(`/people/staff/${id}/presence`, { state, custom_id: customId, reason: '' })
export const useSpells = (id: MaybeRefOrGetter<number>, since: MaybeRefOrGetter<string>) =>
  useQuery(computed(() => ({ queryKey: [...key, 'spells', toValue(id), toValue(since)], queryFn: () => api.get<Spell[]>(`/people/staff/${toValue(id)}/presence/spells`, { query: { since: toValue(since) } }), staleTime: 0 })))
export const lookAgain = () => queryClient.invalidateQueries({ queryKey: key })
