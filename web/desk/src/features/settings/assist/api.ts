import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { queryClient } from '@/app/queries'

export interface Version {
  id: number
  number: number
  active: boolean
  trained_at: string
  texts: number
  categories: number
  seconds: number
  accuracy: number
  macro_f1: number
  calibration_error: number
}

export interface Report extends Version {
  by_category: Array<{ category: string; texts: number; precision: number; recall: number; f1: number }>
  confused: Array<[string, string, number]>
  bins: Array<[number, number, number]>
}

export interface Endpoint {
  active: boolean
  url: string
  model: string
  speech_model: string
  has_key: boolean
  tasks: string[]
  offered: string[]
  timeout_seconds: number
  tokens_a_day: number
  tokens_a_person: number
  spent: number
  failures: number
  open_until: string | null
  last_error: string
  embedding_model: string
  embedding_tokens_a_day: number
  embedding_spent: number
  embedding_failures: number
  embedding_open_until: string | null
  embedding_error: string
}

export type EndpointForm = Pick<Endpoint, 'active' | 'url' | 'model' | 'speech_model' | 'tasks' | 'timeout_seconds' | 'tokens_a_day' | 'tokens_a_person' | 'embedding_model' | 'embedding_tokens_a_day'> & { key?: string }

export interface AssistSettings {
  versions: Version[]
  training: { id: number; state: 'waiting' | 'done' | 'refused' | 'failed'; reason: string; asked_at: string; ended_at: string | null } | null
  known: number
  drift: { index: number | null; readings: number; is_drifting: boolean }
  endpoint: Endpoint
  tasks: Record<string, string>
  uses: Array<{ task: string; provider: string; asked: number; used: number; edited: number; dismissed: number; fell_back: number }>
  trains_nightly: boolean
  /** the shipped pack that answers until there is a model of the centre's own */
  pack: string
  packs: Array<{ key: string; name_zh: string; name_en: string; topics: number }>
}

export interface MoodVersion {
  id: number
  number: number
  active: boolean
  trained_at: string
  corrections: number
  accepted: number
  threshold: number
  lexicon_accuracy: number
  accuracy: number
  corrected_right: number
  gained: number
  lost: number
  is_better: boolean
  confused: Array<[string, string, number]>
}

export interface Moods {
  corrections: number
  least: number
  versions: MoodVersion[]
}

export interface RecalibratedFit {
  fit: string
  language: string
  outcomes: number
  right: number
  told_before: number
  told_after: number
  loss_before: number
  loss_after: number
  is_better: boolean
  slope: number | null
  offset: number | null
}

export interface Recalibration {
  id: number
  number: number
  active: boolean
  fitted_at: string
  outcomes: number
  right: number
  fits: RecalibratedFit[]
}

export interface Recalibrations {
  outcomes: number
  least: number
  versions: Recalibration[]
}

const key = ['assist', 'settings'] as const

export function useAssistSettings() {
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.get<AssistSettings>('/assist/settings', { signal }),
    refetchInterval: (query) => (query.state.data?.training?.state === 'waiting' ? 4000 : false),
  })
}

export function useReport(id: number) {
  return useQuery({ queryKey: [...key, 'report', id], queryFn: ({ signal }) => api.get<Report>(`/assist/versions/${id}`, { signal }) })
}

export function useMoods() {
  return useQuery({ queryKey: [...key, 'moods'], queryFn: ({ signal }) => api.get<Moods>('/assist/moods', { signal }) })
}

export function useRecalibrations() {
  return useQuery({ queryKey: [...key, 'recalibrations'], queryFn: ({ signal }) => api.get<Recalibrations>('/assist/recalibrations', { signal }) })
}

export const settingsApi = {
  recalibrate: () => api.post('/assist/recalibrations'),
  activateRecalibration: (id: number) => api.post(`/assist/recalibrations/${id}/activation`),
  useShippedChances: () => api.delete('/assist/recalibrations/active'),
  learnMoods: () => api.post('/assist/moods/trainings'),
  activateMoods: (id: number) => api.post(`/assist/moods/${id}/activation`),
  useLexicon: () => api.delete('/assist/moods/active'),
  train: () => api.post('/assist/trainings'),
  activate: (id: number) => api.post(`/assist/versions/${id}/activation`),
  usePack: () => api.delete('/assist/versions/active'),
  save: (form: EndpointForm) => api.put<Endpoint>('/assist/endpoint', form),
  try: () => api.post<{ ok: boolean; reason: string; model: string; milliseconds: number; embedding_reason: string; embedding_width: number }>('/assist/endpoint/trials'),
  prefer: (change: { trains_nightly?: boolean; pack?: string }) => api.put('/assist/preferences', change),
}

export const refresh = () => queryClient.invalidateQueries({ queryKey: key })
