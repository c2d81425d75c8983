import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import type { Named, Paged } from '@/app/api/types'
import { queryClient } from '@/app/queries'

export type Action = 'delete' | 'anonymise'

export interface RuleDraft {
  action: Action
  days: number
  channel_id: number | null
  channel_kind: string
}

export interface Rule extends RuleDraft {
  id: number
  scope_zh: string
  scope_en: string
  active: boolean
  applied_at: string | null
  is_running: boolean
}

export interface Scopes {
  channels: Array<{ id: number; name: string; kind: string }>
  kinds: Array<{ kind: string; name_zh: string; name_en: string }>
}

export interface OfChannel {
  channel: Named
  channel_kind: string
  tickets: number
  messages: number
  files: number
  oldest_at: string | null
  newest_at: string | null
  held: number
  still_open: number
  sample: Array<{ id: number; number: string; subject: string; customer_name: string; over_at: string }>
}

export interface Preview {
  before: string
  channels: OfChannel[]
}

export interface Run {
  id: number
  rule_id: number | null
  action: Action
  days: number
  scope_zh: string
  scope_en: string
  before: string
  by: Named | null
  state: 'running' | 'done' | 'stopped'
  tickets: number
  messages: number
  customers: number
  strays: number
  held: number
  failed: number
  started_at: string
  moved_at: string
  ended_at: string | null
}

export interface Hold {
  ticket_id: number
  number: string
  subject: string
  reason: string
  by: Named
  at: string
}

const key = ['retention']
const WHILE_RUNNING_MS = 2000
export const refresh = () => queryClient.invalidateQueries({ queryKey: key })

export const useRules = () => useQuery({ queryKey: [...key, 'rules'], queryFn: () => api.get<Rule[]>('/retention/rules') })
export const useScopes = () => useQuery({ queryKey: [...key, 'scopes'], queryFn: () => api.get<Scopes>('/retention/scopes') })

/** A run under way is looked at again every two seconds. */
export const useRuns = () =>
  useQuery({
    queryKey: [...key, 'runs'],
    queryFn: () => api.get<Run[]>('/retention/runs'),
    refetchInterval: (query) => (query.state.data?.some((run) => run.state === 'running') ? WHILE_RUNNING_MS : false),
  })

export const useHolds = () =>
  useInfiniteQuery({
    queryKey: [...key, 'holds'],
    queryFn: ({ pageParam }) => api.get<Paged<Hold>>('/retention/holds', { query: { cursor: pageParam, limit: 30 } }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const retentionApi = {
  preview: (draft: RuleDraft) => api.post<Preview>('/retention/preview', draft),
  add: (draft: RuleDraft) => api.post<Rule>('/retention/rules', draft),
  change: (id: number, changes: { days?: number; active?: boolean }) => api.patch<Rule>(`/retention/rules/${id}`, changes),
  remove: (id: number) => api.delete(`/retention/rules/${id}`),
  run: (id: number) => api.post<Run>(`/retention/rules/${id}/runs`, {}),
  stop: (id: number) => api.post<Run>(`/retention/runs/${id}/stop`, {}),
}
