import { useQuery } from '@tanstack/vue-query'
import type { Ref } from 'vue'
import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'
import { queryClient } from '@/app/queries'

type Shapes = components['schemas']
export type Page = Shapes['AnsweringPage']
export type Channel = Shapes['AnsweringChannel']
export type Choices = Shapes['AnsweringBody']
export type Figures = Shapes['AnswerFiguresShape']
export type Trial = Shapes['AnswerTrialShape']
export type Expected = Shapes['ExpectedShape']

const root = ['knowledge', 'answers'] as const

export function useAnswering() {
  return useQuery({ queryKey: root, queryFn: ({ signal }) => api.get<Page>('/assist/answering', { signal }) })
}

export function useFigures(days: Ref<number>) {
  return useQuery({ queryKey: [...root, 'figures', days], queryFn: ({ signal }) => api.get<Figures>(`/assist/answering/figures?days=${days.value}`, { signal }) })
}

export async function saveChannel(id: number, choices: Choices): Promise<void> {
  await api.put(`/assist/answering/channels/${id}`, choices)
  await queryClient.invalidateQueries({ queryKey: root })
}

export const tryQuestion = (body: Shapes['AnswerTrialBody']) => api.post<Trial>('/assist/answering/trials', body)

/** What the nearest threshold below gave; the lowest there is for one below all. */
export function expectedAt(rows: Expected[], threshold: number): Expected | undefined {
  return [...rows].reverse().find((row) => row.threshold <= threshold + 1e-9) ?? rows[0]
}
