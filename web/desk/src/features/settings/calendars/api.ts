import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { queryClient } from '@/app/queries'
import type { Calendar, CalendarDay, CalendarForm, Official } from './types'

const key = ['calendars'] as const

export function useCalendars() {
  return useQuery({ queryKey: key, queryFn: () => api.get<Calendar[]>('/calendars') })
}

export function useOfficialDays() {
  return useQuery({ queryKey: [...key, 'official'], queryFn: () => api.get<Official[]>('/calendars/official'), staleTime: Infinity })
}

export async function saveCalendar(id: number | null, form: CalendarForm): Promise<Calendar> {
  const saved = id === null ? await api.post<Calendar>('/calendars', form) : await api.put<Calendar>(`/calendars/${id}`, form)
  await refresh()
  return saved
}

export async function removeCalendar(id: number): Promise<void> {
  await api.delete(`/calendars/${id}`)
  await refresh()
}

/** The days off of an iCalendar file; nothing is stored. */
export function readDays(file: File): Promise<{ days: CalendarDay[]; skipped: string[] }> {
  const form = new FormData()
  form.append('file', file)
  return api.post('/calendars/imports', form)
}

/** Channels choose among calendars in their forms. */
async function refresh(): Promise<void> {
  await Promise.all([queryClient.invalidateQueries({ queryKey: key, exact: true }), queryClient.invalidateQueries({ queryKey: ['channels', 'kinds'] })])
}
