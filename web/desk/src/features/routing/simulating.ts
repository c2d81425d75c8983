import { api } from '@/app/api/client'

/** Shares are of 1, times in seconds. */
export interface Summary {
  name: string
  offered: number
  answered: number
  abandoned: number
  service_level: number
  wait: number
  median_wait: number
  p90_wait: number
  longest_wait: number
  occupancy: number
  transfers: number
  fairness: number
}

/** As queues are set, and as they were changed. */
export interface Simulation {
  id: number
  state: 'waiting' | 'done' | 'failed'
  summaries: Summary[]
  seconds: number | null
  /** otherwise people count as there all the time */
  knows_presence: boolean
}

export interface Asked {
  queue_id: number
  since: string
  until: string
  weights: Record<string, unknown>
  rings: unknown[]
  within_seconds: number
}

export type Figure = Exclude<keyof Summary, 'name' | 'abandoned'>
/** what a figure is, and whether more of it is better */
export const FIGURES: Array<{ name: Figure; kind: 'count' | 'share' | 'time' | 'index'; isBetter: 'more' | 'less' | 'neither' }> = [
  { name: 'offered', kind: 'count', isBetter: 'neither' },
  { name: 'answered', kind: 'count', isBetter: 'more' },
  { name: 'service_level', kind: 'share', isBetter: 'more' },
  { name: 'wait', kind: 'time', isBetter: 'less' },
  { name: 'median_wait', kind: 'time', isBetter: 'less' },
  { name: 'p90_wait', kind: 'time', isBetter: 'less' },
  { name: 'longest_wait', kind: 'time', isBetter: 'less' },
  { name: 'occupancy', kind: 'share', isBetter: 'neither' },
  { name: 'transfers', kind: 'share', isBetter: 'less' },
  { name: 'fairness', kind: 'index', isBetter: 'more' },
]

export const startSimulation = (asked: Asked) => api.post<Simulation>('/routing/simulations', asked)
export const readSimulation = (id: number) => api.get<Simulation>(`/routing/simulations/${id}`)
