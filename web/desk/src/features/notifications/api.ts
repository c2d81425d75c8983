import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { api } from '@/app/api/client'
import type { Paged } from '@/app/api/types'
import { keys, queryClient } from '@/app/queries'
import { useLive } from '@/app/stream/live'

export interface Both {
  zh: string
  en: string
}

export type Way = 'app' | 'mail' | 'push' | 'digest'
export const WAYS: Way[] = ['app', 'mail', 'push', 'digest']

export interface Notification {
  id: number
  reason: string
  reason_name: Both
  text: Both
  urgency: string
  ticket: { id: number; number: string; subject: string } | null
  count: number
  position: number
  last_at: string
  read_at: string | null
}

export interface Decision {
  staff_id: number
  staff_name: string
  reason: string
  reason_name: Both
  rule: string
  ways: string[]
  held: { [way: string]: string }
  source: string
  count: number
  last_at: string
}

export interface Sending {
  way: string
  state: string
  why: string
  owed_at: string
  settled_at: string | null
}

export interface Told {
  muted: boolean
  mine: Decision[]
  others: Paged<Decision>
}

export interface Choice {
  reason: string
  name: Both
  ways: string[]
  source: string
  default: string[]
}

export interface Device {
  id: number
  fingerprint: string
  user_agent: string
  created_at: string
  reached_at: string | null
}

export interface Preferences {
  choices: Choice[]
  timezone: string
  company_timezone: string
  quiet_from: string | null
  quiet_until: string | null
  days_off: number[]
  do_not_disturb_until: string | null
  digest_every: string
  digest_hour: number
  sound: boolean
  shows_content: boolean
  company_allows_content: boolean
  mail_is_possible: boolean
  push_key: string
  devices: Device[]
}

export type WaysChange = Record<string, Way[] | null>
export type PreferencesChange = Partial<Omit<Preferences, 'choices' | 'devices'>> & { ways?: WaysChange }

const key = keys.notifications
const preferencesKey = [...key, 'preferences']
const list = (state: string) => [...key, 'list', state]

/** Asked for when the live stream tells of the next, so that none falls between the two. */
export function useUnread() {
  const { isHeard } = useLive()
  return useQuery({ queryKey: [...key, 'count'], queryFn: () => api.get<{ unread: number; capped_at: number }>('/notifications/count'), enabled: isHeard })
}

export function useNotifications(state: MaybeRefOrGetter<string>) {
  return useInfiniteQuery({
    queryKey: computed(() => list(toValue(state))),
    queryFn: ({ pageParam }) => api.get<Paged<Notification>>('/notifications', { query: { state: toValue(state), cursor: pageParam, limit: 30 } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
}

export const useWhy = (id: number) =>
  useQuery({ queryKey: [...key, 'why', id], queryFn: () => api.get<{ decisions: Decision[]; sendings: Sending[] }>(`/notifications/${id}/why`) })

export const useTold = (ticketId: number) =>
  useInfiniteQuery({
    queryKey: [...key, 'ticket', ticketId],
    queryFn: ({ pageParam }) => api.get<Told>(`/tickets/${ticketId}/notifications`, { query: { cursor: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.others.next_cursor,
  })

const readPreferences = () => api.get<Preferences>('/notifications/preferences')
export const useNotificationPreferences = () => useQuery({ queryKey: preferencesKey, queryFn: readPreferences })

/** For who needs to know once, such as whether a sound is wanted. */
export const knownPreferences = () => queryClient.fetchQuery({ queryKey: preferencesKey, queryFn: readPreferences, staleTime: 5 * 60_000 })

async function told<T>(act: Promise<T>): Promise<T> {
  const answer = await act
  await queryClient.invalidateQueries({ queryKey: key })
  return answer
}

export const markRead = (id: number) => told(api.post(`/notifications/${id}/reading`))
export const markUnread = (id: number) => told(api.delete(`/notifications/${id}/reading`))
export const markAllRead = (until: number) => told(api.post('/notifications/readings', { until }))
export const markTicketRead = (ticketId: number) => told(api.post('/notifications/readings', { ticket_id: ticketId }))
export const setMuted = (ticketId: number, muted: boolean) => told(muted ? api.put(`/tickets/${ticketId}/mute`) : api.delete(`/tickets/${ticketId}/mute`))

export async function savePreferences(change: PreferencesChange): Promise<Preferences> {
  const saved = await api.patch<Preferences>('/notifications/preferences', change)
  queryClient.setQueryData(preferencesKey, saved)
  return saved
}

export const addDevice = (body: { endpoint: string; public_key: string; secret: string }) => told(api.post<Device>('/notifications/devices', body))
export const removeDevice = (id: number) => told(api.delete(`/notifications/devices/${id}`))
export const testDevice = (id: number) => api.post(`/notifications/devices/${id}/tests`)
