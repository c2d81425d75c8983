import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'
import type { Skill } from '@/features/tickets/directory'

export interface RingBody {
  after_seconds: number
  group_ids: number[]
  without: number[]
  level: number
}

/** What a ticket must be like, by name; see `routing/conditions`. */
export type Condition = Record<string, unknown>

export interface QueueBody {
  name: string
  position: number
  is_active: boolean
  condition: Condition
  dispatch: string
  accepts_by_itself: boolean
  accept_seconds: number
  preferred_seconds: number
  weights: Record<string, unknown>
  calendar_id: number | null
  most_wait_minutes: number
  overflow_id: number | null
  offers_call_back: boolean
  call_back_minutes: number
  closed_zh: string
  closed_en: string
  rings: RingBody[]
}

export type Queue = QueueBody & { id: number; version: number }

/** Which work asks for a skill by itself, and to which level. */
export interface Need {
  skill_id: number
  condition: Condition
  level: number
}

export interface Capacity {
  kind: string
  units: number
  exclusive: boolean
  after_contact_seconds: number
  quiet_minutes: number
  away_minutes: number
}

export interface Case {
  ticket_id: number
  number: string
  customer: string
}

/** What other weights would change now: places in the order, and who would get what next. */
export interface Preview {
  waiting: number
  moved: number
  order: Array<Case & { then: number; now: number }>
  decisions: Array<{ staff: { id: number; name: string }; now: Case | null; then: Case | null }>
}

export const WEIGHTS = ['tier', 'impact', 'lead', 'skill', 'room', 'last_agent', 'fairness', 'longest_start'] as const
const key = [...keys.routing, 'settings']
export const useQueues = () => useQuery({ queryKey: [...key, 'queues'], queryFn: () => api.get<Queue[]>('/routing/queues') })
export const useNeeds = () => useQuery({ queryKey: [...key, 'needs'], queryFn: () => api.get<Need[]>('/routing/needs') })
export const useKinds = () => useQuery({ queryKey: [...key, 'kinds'], queryFn: () => api.get<Capacity[]>('/routing/kinds') })

/** The same without one name. */
export const without = <T>(told: Record<string, T>, name: string): Record<string, T> => Object.fromEntries(Object.entries(told).filter(([key]) => key !== name))

/** Waits for the change, then everything of routing and skills is fetched anew. */
async function after<T>(change: Promise<T>): Promise<T> {
  const told = await change
  await Promise.all([keys.routing, keys.skills].map((queryKey) => queryClient.invalidateQueries({ queryKey })))
  return told
}

export const saveQueue = (id: number | null, body: QueueBody) => after(id === null ? api.post<Queue>('/routing/queues', body) : api.put<Queue>(`/routing/queues/${id}`, body))
export const previewWeights = (id: number, weights: Record<string, unknown>) => api.post<Preview>(`/routing/queues/${id}/previews`, { weights })
export const removeQueue = (id: number) => after(api.delete<null>(`/routing/queues/${id}`))
export type SkillBody = Omit<Skill, 'id' | 'holders'> & { holders: Array<{ id: number; level: number }> }
export const saveSkill = (id: number | null, body: SkillBody) => after(id === null ? api.post<Skill>('/people/skills', body) : api.put<Skill>(`/people/skills/${id}`, body))
export const removeSkill = (id: number) => after(api.delete<null>(`/people/skills/${id}`))
export const saveNeed = ({ skill_id: id, ...body }: Need) => after(api.put<null>(`/routing/needs/${id}`, body))
export const saveKind = ({ kind, ...body }: Capacity) => after(api.put<Capacity>(`/routing/kinds/${kind}`, body))
export const readLimits = (id: number) => api.get<{ limits: Record<string, number> }>(`/routing/staff/${id}/limits`)
export const saveLimits = (id: number, limits: Record<string, number>) => after(api.put<unknown>(`/routing/staff/${id}/limits`, { limits }))
export const readLevels = (id: number) => api.get<{ levels: Record<string, number> }>(`/people/staff/${id}/skills`)
export const saveLevels = (id: number, levels: Record<string, number>) => after(api.put<unknown>(`/people/staff/${id}/skills`, { levels }))
