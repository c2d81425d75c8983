import { useQuery } from '@tanstack/vue-query'
import { api } from '@/app/api/client'
import { keys, queryClient } from '@/app/queries'

export interface RingBody {
  after_seconds: number
  group_ids: number[]
  without: string[]
  level: number
}

export interface QueueBody {
  name: string
  position: number
  is_active: boolean
  condition: Record<string, unknown>
  dispatch: string
  accepts_by_itself: boolean
  accept_seconds: number
  preferred_seconds: number
  weights: Record<string, unknown>
  calendar_id: number | null
  most_wait_minutes: number
  overflow_id: number | null
  rings: RingBody[]
}

export type Queue = QueueBody & { id: number; version: number }

export interface Skill {
  id: number
  code: string
  name_zh: string
  name_en: string
  kind: string
  needed_when: Record<string, unknown>
  needed_level: number
  holders: number
}

export interface Capacity {
  kind: string
  units: number
  exclusive: boolean
  after_contact_seconds: number
  quiet_minutes: number
}

export interface Abilities {
  skills: Record<string, number>
  limits: Record<string, number>
}

const key = [...keys.routing, 'settings']
export const useQueues = () => useQuery({ queryKey: [...key, 'queues'], queryFn: () => api.get<Queue[]>('/routing/queues') })
export const useSkills = () => useQuery({ queryKey: [...key, 'skills'], queryFn: () => api.get<Skill[]>('/routing/skills') })
export const useKinds = () => useQuery({ queryKey: [...key, 'kinds'], queryFn: () => api.get<Capacity[]>('/routing/kinds') })

/** The same without one name. */
export const without = <T>(told: Record<string, T>, name: string): Record<string, T> => Object.fromEntries(Object.entries(told).filter(([key]) => key !== name))

/** Waits for the change, then everything of routing is fetched anew. */
async function after<T>(change: Promise<T>): Promise<T> {
  const told = await change
  await queryClient.invalidateQueries({ queryKey: keys.routing })
  return told
}

export const saveQueue = (id: number | null, body: QueueBody) => after(id === null ? api.post<Queue>('/routing/queues', body) : api.put<Queue>(`/routing/queues/${id}`, body))
export const removeQueue = (id: number) => after(api.delete<null>(`/routing/queues/${id}`))
export const saveSkill = (id: number | null, body: Omit<Skill, 'id' | 'holders'>) => after(id === null ? api.post<Skill>('/routing/skills', body) : api.put<Skill>(`/routing/skills/${id}`, body))
export const removeSkill = (id: number) => after(api.delete<null>(`/routing/skills/${id}`))
export const saveKind = ({ kind, ...body }: Capacity) => after(api.put<Capacity>(`/routing/kinds/${kind}`, body))
export const readAbilities = (id: number) => api.get<Abilities>(`/routing/staff/${id}/abilities`)
export const saveAbilities = (id: number, body: Abilities) => after(api.put<Abilities>(`/routing/staff/${id}/abilities`, body))
