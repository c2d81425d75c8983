import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'
import { queryClient } from '@/app/queries'

type Shapes = components['schemas']
export type Rule = Shapes['WordingRuleShape']
export type RuleBody = Shapes['WordingRuleBody']
export type Note = Shapes['WordingNoteShape']
export const kinds = ['promise', 'insult', 'blame', 'private_channel', 'advertising', 'other'] as const
export const actions = ['hint', 'warn', 'block'] as const

const key = ['wording']
export const refresh = () => queryClient.invalidateQueries({ queryKey: key })
export const useRules = () => useQuery({ queryKey: [...key, 'rules'], queryFn: ({ signal }) => api.get<Rule[]>('/wording-rules', { signal }) })
export const useNotes = () => useQuery({ queryKey: [...key, 'notes'], queryFn: ({ signal }) => api.get<Note[]>('/wording-notes', { signal }) })

export const wordingApi = {
  add: (body: RuleBody) => api.post<Rule>('/wording-rules', body),
  change: (id: number, body: RuleBody) => api.put<Rule>(`/wording-rules/${id}`, body),
  remove: (id: number) => api.delete<void>(`/wording-rules/${id}`),
}

export function bodyOf(rule: Rule): RuleBody {
  const { kind, name_zh, name_en, regions, words, exceptions, why_zh, why_en, better_zh, better_en, action, active } = rule
  return { kind, name_zh, name_en, regions, words, exceptions, why_zh, why_en, better_zh, better_en, action, active }
}
