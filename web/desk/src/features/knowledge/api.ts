import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'

type Shapes = components['schemas']
export type EntryRow = Shapes['EntryShape']
export type EntryFull = Shapes['EntryPage']
export type Edition = Shapes['EditionShape']
export type Version = Shapes['VersionShape']
export type VersionLine = Shapes['VersionLine']
export type Waiting = Shapes['WaitingShape']
export type Flag = Shapes['FlagShape']
export type Shelves = Shapes['ShelvesShape']
export type Shelf = Shapes['KnowledgeCategoryShape']
export type Comparison = Shapes['ComparisonShape']
export type Piece = Shapes['PieceShape']
export type ImportBatch = Shapes['KnowledgeImportShape']
export type Cases = Shapes['AnsweredCases']
export type Place = Shapes['EntryPlaceBody']
export type Content = Shapes['VersionBody']
export type Tasks = Shapes['KnowledgeTasksShape']

export const KNOWLEDGE = ['knowledge'] as const
export const KINDS = ['article', 'faq', 'script'] as const
export const AUDIENCES = ['public', 'signed_in', 'internal', 'group'] as const
export const MOODS = ['angry', 'anxious', 'neutral', 'pleased'] as const
export const STATES = ['published', 'draft', 'in_review', 'approved', 'flagged', 'expiring', 'expired', 'archived'] as const
export const REASONS = ['wrong', 'outdated', 'unclear', 'incomplete', 'other'] as const

export interface Narrowing {
  query: string
  kind: string
  category_id: number | null
  product_id: number | null
  audience: string
  language: string
  state: string
  mine: boolean
}

const root = '/knowledge'

export const knowledgeApi = {
  shelves: (signal?: AbortSignal) => api.get<Shelves>(`${root}/shelves`, { signal }),
  list: (by: Narrowing, cursor: string | null, signal?: AbortSignal) =>
    api.get<{ items: EntryRow[]; next_cursor: string | null }>(`${root}/entries`, { query: { ...by, cursor, limit: 30 }, signal }),
  entry: (id: number, signal?: AbortSignal) => api.get<EntryFull>(`${root}/entries/${id}`, { signal }),
  begin: (body: Partial<Content> & Partial<Place> & { kind: string; title: string; language: string; region: string }) => api.post<Version>(`${root}/entries`, body),
  place: (id: number, body: Place) => api.put<EntryFull>(`${root}/entries/${id}`, body),
  archive: (id: number) => api.put<EntryFull>(`${root}/entries/${id}/archive`),
  restore: (id: number) => api.delete<EntryFull>(`${root}/entries/${id}/archive`),
  addEdition: (id: number, body: Partial<Content> & { title: string; language: string; region: string }) => api.post<Version>(`${root}/entries/${id}/editions`, body),
  beginVersion: (editionId: number, restores: number | null = null) => api.post<Version>(`${root}/editions/${editionId}/versions`, { restores }),
  withdraw: (editionId: number) => api.put<void>(`${root}/editions/${editionId}/withdrawal`),
  version: (id: number, signal?: AbortSignal) => api.get<Version>(`${root}/versions/${id}`, { signal }),
  save: (id: number, body: Content & { revision: number }) => api.put<Version>(`${root}/versions/${id}`, body),
  discard: (id: number) => api.delete<void>(`${root}/versions/${id}`),
  compare: (id: number, number: number, signal?: AbortSignal) => api.get<Comparison>(`${root}/versions/${id}/comparison`, { query: { number }, signal }),
  submit: (id: number) => api.put<Version>(`${root}/versions/${id}/submission`),
  takeBack: (id: number) => api.delete<Version>(`${root}/versions/${id}/submission`),
  review: (id: number, body: { verdict: 'approved' | 'returned'; note: string; publish_at: string | null; revision: number }) => api.post<Version>(`${root}/versions/${id}/reviews`, body),
  tasks: (signal?: AbortSignal) => api.get<Tasks>(`${root}/tasks`, { signal }),
  reviews: (signal?: AbortSignal) => api.get<Waiting[]>(`${root}/reviews`, { signal }),
  flags: (mine: boolean, signal?: AbortSignal) => api.get<Flag[]>(`${root}/flags`, { query: { mine }, signal }),
  flag: (versionId: number, body: { reason: string; note: string }) => api.post<Flag>(`${root}/versions/${versionId}/flags`, body),
  dismiss: (flagId: number, answer: string) => api.post<Flag>(`${root}/flags/${flagId}/dismissal`, { answer }),
  rate: (versionId: number, helpful: boolean) => api.put<void>(`${root}/versions/${versionId}/feedback`, { helpful, comment: '' }),
  cases: (id: number, versionId: number | null, cursor: string | null, signal?: AbortSignal) => api.get<Cases>(`${root}/entries/${id}/cases`, { query: { version_id: versionId, cursor }, signal }),
  tellCustomers: (ticketIds: number[], text: string, key: string) => api.post<{ total: number }>('/bulk-changes', { ticket_ids: ticketIds, text, idempotency_key: key }),
  read: (fileId: number) => api.post<ImportBatch>(`${root}/imports`, { file_id: fileId }),
  batch: (id: number, signal?: AbortSignal) => api.get<ImportBatch>(`${root}/imports/${id}`, { signal }),
  adopt: (id: number, body: { numbers: number[]; language: string; category_id: number | null; audience: string; submit: boolean }) => api.post<ImportBatch>(`${root}/imports/${id}/adoption`, body),
  discardImport: (id: number) => api.delete<void>(`${root}/imports/${id}`),
  addShelf: (body: { name_zh: string; name_en: string; parent_id: number | null; position: number }) => api.post<Shelf>(`${root}/categories`, body),
  changeShelf: (id: number, body: { name_zh: string; name_en: string; parent_id: number | null; position: number }) => api.put<Shelf>(`${root}/categories/${id}`, body),
  removeShelf: (id: number) => api.delete<void>(`${root}/categories/${id}`),
}
