import { useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import type { Paged } from '@/app/api/types'
import { queryClient } from '@/app/queries'
import type { Actions } from '@/features/tickets/macros/api'
import type { Tree } from '@/features/tickets/views/api'

export type Value = string | number | boolean | null

/** When a rule has its turn; what is not named takes any. */
export interface Occasion {
  on: string
  was?: Value[]
  now?: Value[]
  field?: string
  since?: string
  minutes?: number
  calendar_id?: number | null
  weekdays?: number[]
  clock?: string
}

export interface RuleForm {
  name: string
  occasion: Occasion
  conditions: Tree
  actions: Actions
  is_last: boolean
}

export interface Figures {
  matched: number
  done: number
  unchanged: number
  failed: number
  refused: number
  average_ms: number
  last_at: string | null
}

export interface Version {
  number: number
  published_at: string
  by_name: string
}

export interface Rule extends RuleForm {
  id: number
  active: boolean
  failures: number
  switched_off_at: string | null
  version: Version
  figures: Figures
  /** ways back to this rule by others, as names */
  cycles: string[][]
}

export type Outcome = 'done' | 'unchanged' | 'failed' | 'refused'

export interface Run {
  id: number
  rule_id: number
  rule_name: string
  version: number
  ticket_id: number
  subject: string
  outcome: Outcome
  did: Actions
  problems: Record<string, { zh: string; en: string }>
  chain: number[]
  took_ms: number
  at: string
}

export interface Sample {
  ticket_id: number
  subject: string
  before: Record<string, unknown>
  after: Record<string, unknown>
  beside: string[]
}

export interface Tried {
  tickets: number
  occasions: number
  fitting: number
  changing: number
  by_action: Record<string, number>
  samples: Sample[]
  names: Record<string, Record<string, string>>
  seconds: number
}

export interface ImportedRules {
  added: string[]
  changed: string[]
  refused: Array<{ name: string; zh: string; en: string }>
}

const RULES = ['automation', 'rules'] as const

export function useRules() {
  return useQuery({ queryKey: RULES, queryFn: ({ signal }) => api.get<{ rules: Rule[]; kept_days: number }>('/automation/rules', { signal }) })
}

export function useRule(id: number) {
  return useQuery({ queryKey: [...RULES, id], queryFn: ({ signal }) => api.get<Rule>(`/automation/rules/${id}`, { signal }) })
}

export function useRuns(id: number, outcome: () => Outcome | null) {
  return useInfiniteQuery({
    queryKey: [...RULES, id, 'runs', outcome],
    queryFn: ({ pageParam, signal }) => api.get<Paged<Run>>(`/automation/rules/${id}/runs`, { query: { cursor: pageParam, outcome: outcome() ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })
}

async function andRefresh<T>(asked: Promise<T>): Promise<T> {
  const answer = await asked
  await queryClient.invalidateQueries({ queryKey: RULES })
  return answer
}

export const ruleApi = {
  publish: (id: number | null, form: RuleForm) => andRefresh(id === null ? api.post<Rule>('/automation/rules', form) : api.put<Rule>(`/automation/rules/${id}`, form)),
  switch: (id: number, active: boolean) => andRefresh(api.patch<Rule>(`/automation/rules/${id}`, { active })),
  arrange: (ids: number[]) => andRefresh(api.put<unknown>('/automation/rules/order', { rule_ids: ids })),
  remove: (id: number) => andRefresh(api.delete<unknown>(`/automation/rules/${id}`)),
  keep: (days: number) => andRefresh(api.put<unknown>('/automation/log', { kept_days: days })),
  take: (file: unknown) => andRefresh(api.post<ImportedRules>('/automation/rules.json', file)),
  try: (form: RuleForm) => api.post<Tried>('/automation/trials', form),
}
