import { api } from '@/app/api/client'
import type { Named } from '@/app/api/types'
import { uploadFile } from '@/app/api/upload'
import type { FieldRules, Values } from '@/features/tickets/forms/types'
import type { Attachment } from '@/features/tickets/types'

export interface Words {
  zh: string
  en: string
}

export interface Condition {
  about: 'field' | 'category' | 'type' | 'priority' | 'tier'
  key: string
  any_of: Array<string | number | boolean>
  at_least: number | null
  at_most: number | null
}

export interface FormField extends Words {
  key: string
  kind: string
  rules: FieldRules
  required: boolean
  shown_when: Condition[]
}

export interface Owner {
  kind: string
  id: number | null
  zh: string
  en: string
}

export interface TaskRow {
  id: number
  ticket_id: number
  subject: string
  procedure: Words | null
  kind: string
  title: Words
  owner: Owner
  assignee: Named | null
  due_at: string | null
  overdue_at: string | null
  state: string
  outcome: string
  is_required: boolean
  created_at: string
  settled_at: string | null
  settled_by: Named | null
  note: string
}

export interface Outcome extends Words {
  key: string
  leads_to: Words
  asks_note: boolean
  completes: boolean
  may_be_chosen: boolean
}

export interface Check extends Words {
  done_by: number | null
  done_at: string | null
}

export interface HandOver {
  id: number
  from_name: string
  to_name: string
  level: number | null
  note: string
  by: Named
  at: string
}

export interface ShownValue extends Words {
  key: string
  kind: string
  rules: FieldRules
  value: unknown
}

export interface Shown {
  customer: string | null
  tier: string | null
  conversation: Array<{ by_customer: boolean; author: string; text: string; at: string }>
  values: ShownValue[]
}

export interface Task extends TaskRow {
  about: Words
  fields: FormField[]
  values: Values
  case_values: Values
  checks: Check[]
  outcomes: Outcome[]
  shown: Shown
  hand_overs: HandOver[]
  customers: Named[]
  files: Attachment[]
  may_settle: boolean
  may_see_ticket: boolean
  may_go_up: boolean
}

export interface Stay {
  id: number
  entered_at: string
  due_at: string | null
  left_at: string | null
  left_by: Named | null
  outcome: Words | null
  note: string
}

export interface WayStep extends Words {
  key: string
  kind: string
  state: string
  stays: Stay[]
}

export interface Case {
  id: number
  procedure_id: number
  name_zh: string
  name_en: string
  version: number
  latest: number
  state: string
  paused_for: string
  is_inside: boolean
  started_at: string
  started_by: Named | null
  ended_at: string | null
  result: Words | null
  level: number
  levels: Words[]
  way: WayStep[]
  task_id: number | null
  waits_for: { kind: string; approval_id: number | null; approval_state: string | null; note: string } | null
}

export interface ChildNotice {
  id: number
  text: string
  by: Named
  at: string
  told: number
  unreached: number[]
  finished_at: string | null
}

export interface Startable {
  id: number
  name_zh: string
  name_en: string
  about_zh: string
  about_en: string
}

export interface TicketProcedures {
  cases: Case[]
  tasks: TaskRow[]
  startable: Startable[]
  has_children: boolean
}

export interface Import {
  id: number
  name: string
  state: string
  at: string
  total: number
  done: number
  refused: Array<{ number: number; cells: Record<string, string>; reason_zh: string; reason_en: string }>
}

export interface Held {
  staff: Named | null
  group: Named | null
  since: string
  until: string | null
}

export interface Deed extends Words {
  at: string
  what: string
  by: Named | null
  text: string
  by_customer: boolean
}

export interface Demand extends Words {
  kind: string
  since: string
  due_at: string | null
  met_at: string | null
  met_by: Named | null
  is_late: boolean
  target_minutes: number | null
  of: string
}

export interface TicketRecord {
  number: string
  subject: string
  held: Held[]
  deeds: Deed[]
  demands: Demand[]
}

export interface Request {
  title: string
  about: string
  group_id: number | null
  skill_id: number | null
  assignee_id: number | null
  due_at: string | null
  shows: string[]
}

export type Which = 'mine' | 'all' | 'done'

export const procedureKeys = {
  ticket: (id: number) => ['tickets', 'page', id, 'procedures'] as const,
  imports: (id: number) => ['tickets', 'page', id, 'imports'] as const,
  notices: (id: number) => ['tickets', 'page', id, 'notices'] as const,
  record: (id: number) => ['tickets', 'page', id, 'record'] as const,
  tasks: ['tasks'] as const,
  list: (which: Which) => ['tasks', 'list', which] as const,
  task: (id: number) => ['tasks', 'one', id] as const,
  count: ['tasks', 'count'] as const,
}

export const proceduresApi = {
  ofTicket: (id: number, signal?: AbortSignal) => api.get<TicketProcedures>(`/tickets/${id}/cases`, { signal }),
  start: (id: number, procedure_id: number) => api.post<TicketProcedures>(`/tickets/${id}/cases`, { procedure_id }),
  cancel: (caseId: number) => api.delete<TicketProcedures>(`/cases/${caseId}`),
  move: (caseId: number, number: number) => api.put<TicketProcedures>(`/cases/${caseId}/version`, { number }),
  askAgain: (caseId: number) => api.post<TicketProcedures>(`/cases/${caseId}/asking`),
  tasks: (which: Which, cursor: string | null, signal?: AbortSignal) => api.get<{ items: TaskRow[]; next_cursor: string | null }>('/tasks', { query: { which, cursor }, signal }),
  count: () => api.get<{ mine: number; capped_at: number }>('/tasks/count'),
  task: (id: number, signal?: AbortSignal) => api.get<Task>(`/tasks/${id}`, { signal }),
  ask: (ticketId: number, request: Request) => api.post<Task>(`/tickets/${ticketId}/tasks`, request),
  take: (id: number) => api.put<Task>(`/tasks/${id}/holder`),
  fill: (id: number, values: Values) => api.patch<Task>(`/tasks/${id}/values`, { values }),
  tick: (id: number, number: number, done: boolean) => api.put<Task>(`/tasks/${id}/checks/${number}`, { done }),
  settle: (id: number, outcome: string, values: Values, note: string) => api.post<Task>(`/tasks/${id}/outcome`, { outcome, values, note }),
  receivers: (id: number) => api.get<{ people: Named[]; groups: Named[] }>(`/tasks/${id}/receivers`),
  notices: (ticketId: number) => api.get<ChildNotice[]>(`/tickets/${ticketId}/child-notices`),
  tellChildren: (ticketId: number, text: string) => api.post<ChildNotice>(`/tickets/${ticketId}/child-notices`, { text }),
  handOn: (id: number, body: { staff_id?: number | null; group_id?: number | null; up?: boolean; note: string }) => api.post<unknown>(`/tasks/${id}/hand-overs`, body),
  withdraw: (id: number) => api.delete<unknown>(`/tasks/${id}`),
  imports: (ticketId: number) => api.get<Import[]>(`/tickets/${ticketId}/child-imports`),
  importList: async (ticketId: number, file: File, subject: string, text: string) => {
    const stored = await uploadFile(file)
    return api.post<Import>(`/tickets/${ticketId}/child-imports`, { file_id: stored.id, subject, text })
  },
  record: (ticketId: number) => api.get<TicketRecord>(`/tickets/${ticketId}/record`),
}
