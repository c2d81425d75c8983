import { api } from '@/app/api/client'
import type { Named } from '@/app/api/types'
import type { TicketRow } from '@/features/tickets/types'

export interface Follower extends Named {
  /** false: following gives no access, and their scope does not reach the ticket */
  may_see: boolean
}

export interface Reminder {
  id: number
  ticket_id: number
  subject: string
  due_at: string
  text: string
}

export const relations = ['parent', 'child', 'related', 'duplicate_of'] as const
export type Relation = (typeof relations)[number]

export interface Link {
  id: number
  relation: Relation | 'duplicated_by' | 'split_from' | 'split_into'
  ticket: { id: number; number: string; subject: string; status: string; customer: Named; assignee: Named | null; progress: Progress | null }
}

export interface Progress {
  done: number
  total: number
}

export interface Hint {
  ticket: TicketRow
  reason: 'customer' | 'words'
  words: string[]
}

export interface Step {
  id: number
  text: string
  assignee: Named | null
  due_at: string | null
  done_at: string | null
  done_by: Named | null
}

export interface StepChange {
  text?: string
  assignee_id?: number | null
  due_at?: string | null
  done?: boolean
}

export interface ChecklistTemplate {
  id: number
  name: string
  steps: string[]
  active: boolean
}

export const activities = ['answering', 'research', 'call', 'visit', 'other'] as const
export type Activity = (typeof activities)[number]

export interface TimeEntry {
  id: number
  ticket_id: number
  staff: Named
  minutes: number
  activity: Activity
  note: string
  worked_at: string
}

export interface Clock {
  ticket_id: number
  subject: string
  activity: Activity
  started_at: string
}

const on = (id: number) => `/tickets/${id}`

export const aroundApi = {
  followers: (id: number) => api.get<Follower[]>(`${on(id)}/followers`),
  follow: (id: number, staff_id: number) => api.post<Follower[]>(`${on(id)}/followers`, { staff_id }),
  unfollow: (id: number, staffId: number) => api.delete<Follower[]>(`${on(id)}/followers/${staffId}`),
  snooze: (id: number, until: string | null) => api.put<TicketRow>(`${on(id)}/snooze`, { until }),
  wake: (id: number) => api.delete<TicketRow>(`${on(id)}/snooze`),
  reminders: (id: number) => api.get<Reminder[]>('/reminders', { query: { ticket: id } }),
  remind: (id: number, due_at: string, text: string) => api.post<Reminder>(`${on(id)}/reminders`, { due_at, text }),
  forgetReminder: (reminderId: number) => api.delete<unknown>(`/reminders/${reminderId}`),
  links: (id: number) => api.get<Link[]>(`${on(id)}/links`),
  link: (id: number, other_id: number, relation: Relation) => api.post<Link[]>(`${on(id)}/links`, { other_id, relation }),
  unlink: (id: number, linkId: number) => api.delete<Link[]>(`${on(id)}/links/${linkId}`),
  merge: (into: number, merged_ids: number[], across_customers: boolean) => api.post<TicketRow>(`${on(into)}/merges`, { merged_ids, across_customers }),
  unmerge: (id: number) => api.delete<TicketRow>(`${on(id)}/merge`),
  split: (id: number, message_ids: number[], subject: string) => api.post<TicketRow>(`${on(id)}/splits`, { message_ids, subject }),
  hints: (id: number) => api.get<Hint[]>(`${on(id)}/hints`),
  dismiss: (id: number, other_id: number) => api.post<unknown>(`${on(id)}/hints/dismissals`, { other_id }),
  steps: (id: number) => api.get<Step[]>(`${on(id)}/steps`),
  addStep: (id: number, text: string) => api.post<Step[]>(`${on(id)}/steps`, { text }),
  changeStep: (id: number, stepId: number, change: StepChange) => api.patch<Step[]>(`${on(id)}/steps/${stepId}`, change),
  removeStep: (id: number, stepId: number) => api.delete<Step[]>(`${on(id)}/steps/${stepId}`),
  orderSteps: (id: number, item_ids: number[]) => api.put<Step[]>(`${on(id)}/steps/order`, { item_ids }),
  templates: () => api.get<ChecklistTemplate[]>('/checklist-templates'),
  attach: (id: number, template_id: number) => api.post<Step[]>(`${on(id)}/steps/templates`, { template_id }),
  times: (id: number) => api.get<{ items: TimeEntry[]; total_minutes: number }>(`${on(id)}/times`),
  logTime: (id: number, minutes: number, activity: Activity, note: string) => api.post<TimeEntry>(`${on(id)}/times`, { minutes, activity, note }),
  correctTime: ({ id, minutes, activity, note, worked_at }: TimeEntry) => api.put<TimeEntry>(`/times/${id}`, { minutes, activity, note, worked_at }),
  removeTime: (entryId: number) => api.delete<unknown>(`/times/${entryId}`),
  clock: () => api.get<Clock | null>('/clock'),
  startClock: (id: number, activity: Activity) => api.put<Clock>(`${on(id)}/clock`, { activity }),
  stopClock: () => api.post<TimeEntry>('/clock/stop', {}),
  dropClock: () => api.delete<unknown>('/clock'),
  search: (q: string, signal?: AbortSignal) => api.get<{ tickets: TicketRow[] }>('/search', { query: { q, type: 'tickets', limit: 8 }, signal }),
}
