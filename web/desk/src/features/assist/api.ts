import { useQuery, type QueryFunctionContext } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { api } from '@/app/api/client'
import { keys } from '@/app/queries'

export const moods = ['angry', 'anxious', 'neutral', 'pleased'] as const
export type Mood = (typeof moods)[number]

export interface Guess {
  id: number
  path: string
  share: number
}

export interface Reading {
  mood: Mood
  mood_confidence: number
  mood_evidence: string[]
  mood_by: string
  trend: 'better' | 'worse' | 'steady'
  scores: number[]
  language: string
  language_confidence: number
  risks: Array<{ kind: string; word: string }>
  entities: Array<{ kind: string; text: string }>
  category: Guess | null
  category_confidence: number
  category_evidence: string[]
  guesses: Guess[]
  model: string
  version: string
  read_at: string
}

export interface AssistPage {
  reading: Reading | null
  /** who does each task now; '' where nobody does */
  tasks: Record<string, string>
}

export interface Evidence {
  text: string
  message_id: number | null
  ticket_id: number | null
  source: string
  title: string
  version_id: number | null
  /** of the version */
  number: number | null
  kind: string
  region: string
}

export interface Use {
  id: number
  task: string
  text: string
  evidence: Evidence[]
  remarks: Array<{ start: number; end: number; kind: string; text: string; better_zh: string; better_en: string }>
  provider: string
  model: string
  version: string
  confidence: number | null
  fell_back: string
  milliseconds: number
  outcome: string
}

/** A value for an empty field, or ('' as the key) a category; `text` are the words it comes from. */
export interface Proposal {
  id: number
  key: string
  value: unknown
  path: string
  text: string
  message_id: number | null
  confidence: number | null
}

/** Begins like the ticket's page, so that a live event refreshes it too. */
export const assistKey = (id: number) => [...keys.ticket(id), 'assist'] as const

export function useAssist(id: Ref<number>) {
  return useQuery(computed(() => ({ queryKey: assistKey(id.value), queryFn: ({ signal }: { signal: AbortSignal }) => api.get<AssistPage>(`/tickets/${id.value}/assist`, { signal }) })))
}

export const proposalsKey = (id: number) => [...assistKey(id), 'proposals'] as const

/** What may be filled in now; asking keeps each on the record once. */
export function useProposals(id: Ref<number>, may: Ref<boolean>) {
  return useQuery(computed(() => ({ queryKey: proposalsKey(id.value), queryFn: ({ signal }: QueryFunctionContext) => api.post<Proposal[]>(`/tickets/${id.value}/assist/proposals`, undefined, { signal }), enabled: may.value, retry: false })))
}

/** Suggested answers to the customer's last words: asked for once for each message, and once more when that changes. */
export function useSuggested(id: Ref<number>, messageId: Ref<number | null>, may: Ref<boolean>) {
  return useQuery(computed(() => ({
    queryKey: ['assist', 'suggested', id.value, messageId.value],
    queryFn: ({ signal }: QueryFunctionContext) => assistApi.ask(id.value, 'answers', {}, signal), // of the newest message: not the answer that an older one still waits for
    enabled: may.value && messageId.value !== null,
    staleTime: Infinity,
    retry: false,
  })))
}

export const assistApi = {
  correct: (id: number, mood: Mood) => api.put<Reading>(`/tickets/${id}/assist/mood`, { mood }),
  ask: (id: number, task: string, more: { text?: string; into?: string } = {}, signal?: AbortSignal) => api.post<Use>(`/tickets/${id}/assist/uses`, { task, ...more }, { signal }),
  settle: (id: number, proposal: number, taken: boolean) => api.put<Proposal[]>(`/tickets/${id}/assist/proposals/${proposal}`, { taken }),
  rate: (id: number, outcome: 'used' | 'edited' | 'dismissed') => api.put<Use>(`/assist/uses/${id}/outcome`, { outcome }),
}
