import { api } from '@/app/api/client'
import type { components } from '@/app/api/schema'

export type Offer = components['schemas']['KnowledgeOfferShape']
export type Source = components['schemas']['SourceShape']
export const SOURCES = ['tickets', 'knowledge-uses'] as const

export const offersApi = {
  offers: (ticketId: number, q: string, kind: string, signal?: AbortSignal) => api.get<Offer[]>(`/tickets/${ticketId}/knowledge`, { query: { q, kind }, signal }),
  scripts: (ticketId: number, mood: string, signal?: AbortSignal) => api.get<Offer[]>(`/tickets/${ticketId}/knowledge`, { query: { kind: 'script', mood }, signal }),
  sources: (ticketId: number, signal?: AbortSignal) => api.get<Source[]>(`/tickets/${ticketId}/knowledge-uses`, { signal }),
  take: (ticketId: number, versionId: number) => api.post<Source>(`/tickets/${ticketId}/knowledge-uses`, { version_id: versionId }),
  leaveOut: (ticketId: number, useId: number) => api.delete<void>(`/tickets/${ticketId}/knowledge-uses/${useId}`),
  flag: (ticketId: number, versionId: number, body: { reason: string; note: string }) => api.post<void>(`/tickets/${ticketId}/knowledge-flags`, { version_id: versionId, ...body }),
}
