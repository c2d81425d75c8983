import { useMutation, useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'
import type { Finding } from '@/ui/findings'

export interface Explanation {
  zh: string
  en: string
}

export interface Subscriber {
  name: string
  position: number
  lag_events: number
  lag_seconds: number
  parked: number
  replayable: boolean
}

export interface Effects {
  kind: string
  waiting: number
  leased: number
  given_up: number
  oldest_due_seconds: number
}

export interface Process {
  kind: string
  host: string
  pid: number
  started_at: string
  beat_at: string
  alive: boolean
}

export interface Parked {
  id: number
  subscriber: string
  subject: string
  type: string
  position: number
  error: string
  attempts: number
  parked_at: string
  next_try_at: string
  queued_behind: number
  explanation: Explanation
}

export interface FailedEffect {
  id: number
  kind: string
  error: string
  attempts: number
  recorded_at: string
  settled_at: string | null
  explanation: Explanation
}

export interface FailedDelivery {
  id: number
  state: 'failed' | 'bounced'
  channel_name: string
  channel_kind: string
  reason: string
  attempts: number
  at: string
  ticket_id: number | null
  explanation: Explanation
}

export interface Job {
  name: string
  last_at: string | null
  waiting: number
  running: number
  failed: number
  oldest_at: string | null
}

export interface LastBackup {
  at: string
  name: string
  size_bytes: number
  missing_files: number
}

export interface Mailbox {
  folder: string
  last_uid: number
  taken: number
  server_count: number
  missing: number
  counted_at: string | null
  looked_at: string | null
  trouble: string
  troubled_since: string | null
}

export interface Operations {
  at: string
  head: number
  events_pending: number
  oldest_pending_seconds: number
  subscribers: Subscriber[]
  effects: Effects[]
  parked: Parked[]
  failed_effects: FailedEffect[]
  failed_deliveries: FailedDelivery[]
  jobs: Job[]
  last_backup: LastBackup | null
  backup_command: string
  timers_set: number
  timers_overdue: number
  processes: Process[]
  streams: number
  disk_free_bytes: number
  disk_total_bytes: number
  database_bytes: number
  channels: Array<{ id: number; kind: string; name: string; active: boolean; mailbox: Mailbox | null }>
}

export interface Check {
  name: string
  title: string
  findings: Finding[]
}

const EVERY = 5_000
const CHECKED_EVERY = 30_000

export function useOperations() {
  return useQuery({ queryKey: [...keys.operations, 'now'], queryFn: () => api.get<Operations>('/operations'), refetchInterval: EVERY, staleTime: 0 })
}

export function useChecks() {
  return useQuery({ queryKey: [...keys.operations, 'checks'], queryFn: () => api.get<Check[]>('/operations/checks'), refetchInterval: CHECKED_EVERY, staleTime: 0 })
}

function useRepair<V>(path: (what: V) => string, done: () => void, failed: (error: unknown) => void) {
  return useMutation({
    mutationFn: (what: V) => api.post(path(what), {}),
    onSuccess: () => {
      done()
      return queryClient.invalidateQueries({ queryKey: keys.operations })
    },
    onError: failed,
  })
}

export const useRetryParked = (done: () => void, failed: (error: unknown) => void) => useRepair<number>((id) => `/operations/parked/${id}/retry`, done, failed)
export const useRetryEffect = (done: () => void, failed: (error: unknown) => void) => useRepair<number>((id) => `/operations/effects/${id}/retry`, done, failed)
export const useRetryDelivery = (done: () => void, failed: (error: unknown) => void) => useRepair<number>((id) => `/operations/deliveries/${id}/retry`, done, failed)
export const useReplay = (done: () => void, failed: (error: unknown) => void) => useRepair<string>((name) => `/operations/subscribers/${encodeURIComponent(name)}/replay`, done, failed)
