import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'
import { queryClient } from '@/app/queries'

type Shapes = components['schemas']
export type KeywordRule = Shapes['KeywordRuleShape']
export type KeywordBody = Required<Shapes['KeywordRuleBody']>
export type Dialogue = Shapes['DialogueShape']
export type DialogueBody = Shapes['DialogueBody']
export type Slot = Required<Shapes['Slot']>
export type Ending = Required<Shapes['Ending']>
export type Switches = Shapes['AnswerSwitches']
export type SwitchRow = Shapes['SwitchRow']
export type SwitchCell = Shapes['SwitchCell']
export type SwitchBody = Shapes['AnswerSwitchBody']
type EntryRow = Shapes['EntryShape']

export const MATCHES = ['exact', 'starts', 'contains'] as const
export const KINDS = ['text', 'order', 'phone', 'date', 'choice', 'number'] as const
const at = '/assist/answering'
const root = ['knowledge', 'answers'] as const
export const refresh = () => queryClient.invalidateQueries({ queryKey: root })

export const useKeywords = () => useQuery({ queryKey: [...root, 'keywords'], queryFn: ({ signal }) => api.get<KeywordRule[]>(`${at}/keywords`, { signal }) })
export const useDialogues = () => useQuery({ queryKey: [...root, 'dialogues'], queryFn: ({ signal }) => api.get<Dialogue[]>(`${at}/dialogues`, { signal }) })
export const useSwitches = () => useQuery({ queryKey: [...root, 'switches'], queryFn: ({ signal }) => api.get<Switches>(`${at}/switches`, { signal }) })

export const rulesApi = {
  saveKeyword: (id: number | null, body: KeywordBody) => (id ? api.put<KeywordRule>(`${at}/keywords/${id}`, body) : api.post<KeywordRule>(`${at}/keywords`, body)),
  removeKeyword: (id: number) => api.delete<void>(`${at}/keywords/${id}`),
  saveDialogue: (id: number | null, body: DialogueBody) => (id ? api.put<Dialogue>(`${at}/dialogues/${id}`, body) : api.post<Dialogue>(`${at}/dialogues`, body)),
  removeDialogue: (id: number) => api.delete<void>(`${at}/dialogues/${id}`),
  switch: (body: SwitchBody) => api.put<void>(`${at}/switches`, body),
  /** Published entries that customers may read, by words of their titles. */
  entries: async (query: string): Promise<EntryRow[]> => {
    const found = await api.get<{ items: EntryRow[] }>('/knowledge/entries', { query: { query, state: 'published', limit: 30 } })
    return found.items.filter((one) => one.kind !== 'script' && ['public', 'signed_in'].includes(one.audience))
  },
}

export function keywordBody({ keywords, match, text_zh, text_en, entry_id, channels, frequency, days, active }: KeywordRule): KeywordBody {
  return { keywords, match, text_zh, text_en, entry_id, channels, frequency, days, active } as KeywordBody
}

export function dialogueBody({ name, keywords, match, categories, entries, channels, content, active }: Dialogue): DialogueBody {
  return { name, keywords, match, categories, entries, channels, content, active }
}

export function blankSlot(taken: string[]): Slot {
  let n = taken.length + 1
  while (taken.includes(`q${n}`)) n += 1
  return { key: `q${n}`, kind: 'text', prompt_zh: '', prompt_en: '', help_zh: '', help_en: '', is_optional: false, pattern: '', smallest: null, largest: null, when: 'any', options: [], field: '', only_if: [] }
}

export const lines = (text: string) => text.split('\n').map((line) => line.trim()).filter(Boolean)
