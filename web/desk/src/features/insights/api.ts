import { useQuery } from '@tanstack/vue-query'
import type { Ref } from 'vue'
import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'
import { queryClient } from '@/app/queries'

type Shapes = components['schemas']
export type QuestionGroup = Shapes['QuestionGroupShape']
export type Insights = Shapes['QuestionInsightsShape']
export type Handling = Shapes['HandlingShape']
export type HandlingPair = Shapes['HandlingPairShape']
export type KnowledgeOutcome = Shapes['KnowledgeOutcomeShape']
export type Likeness = Shapes['LikenessShape']
export type SynonymGroup = Shapes['SynonymGroupShape']

const root = ['knowledge', 'insights'] as const
const synonyms = ['knowledge', 'synonyms'] as const

export function useInsights(days: Ref<number>) {
  return useQuery({ queryKey: [...root, 'questions', days], queryFn: ({ signal }) => api.get<Insights>(`/knowledge/insights/questions?days=${days.value}`, { signal }) })
}

export function useHandling(days: Ref<number>) {
  return useQuery({ queryKey: [...root, 'handling', days], queryFn: ({ signal }) => api.get<Handling>(`/knowledge/insights/handling?days=${days.value}`, { signal }) })
}

export function useOutcomes(days: Ref<number>) {
  return useQuery({ queryKey: [...root, 'outcomes', days], queryFn: ({ signal }) => api.get<KnowledgeOutcome[]>(`/knowledge/insights/outcomes?days=${days.value}`, { signal }) })
}

export const draftFrom = (group: QuestionGroup, language: string) =>
  api.post<Shapes['KnowledgeDraftShape']>('/assist/knowledge-drafts', { question: group.text, variants: group.examples, language })

export function useLikenesses() {
  return useQuery({ queryKey: [...root, 'likenesses'], queryFn: ({ signal }) => api.get<Likeness[]>('/knowledge/insights/likenesses', { signal }) })
}

export function useSynonyms() {
  return useQuery({ queryKey: synonyms, queryFn: ({ signal }) => api.get<SynonymGroup[]>('/knowledge/synonyms', { signal }) })
}

export async function addSynonyms(words: string[]): Promise<void> {
  await api.post('/knowledge/synonyms', { words })
  await queryClient.invalidateQueries({ queryKey: synonyms })
}

export async function removeSynonyms(id: number): Promise<void> {
  await api.delete(`/knowledge/synonyms/${id}`)
  await queryClient.invalidateQueries({ queryKey: synonyms })
}
