import type { Condition, FormField, Words } from '@/features/procedures/api'
import type { Tree } from '@/features/tickets/views/api'

export type { Condition, FormField, Words } from '@/features/procedures/api'

export interface Owner {
  to: 'assignee' | 'level' | 'role' | 'group' | 'skill' | 'person'
  role: string
  id: number | null
}

export interface Clock {
  minutes: number
  calendar_id: number | null
  working_minutes: number | null
  unless: Array<{ when: Condition[]; minutes: number }>
}

export interface Work extends Words {
  about_zh: string
  about_en: string
  owner: Owner
  clock: Clock | null
  fields: FormField[]
  checklist: Words[]
}

export interface SideTask extends Work {
  key: string
  required: boolean
  shows: string[]
  when: Condition[]
}

export interface Outcome extends Words {
  key: string
  to: string
  when: Condition[]
  asks_note: boolean
  completes: boolean
}

export const stepKinds = ['work', 'call', 'approval', 'procedure', 'end'] as const
export type StepKind = (typeof stepKinds)[number]

export interface Step extends Work {
  key: string
  kind: StepKind
  tasks: SideTask[]
  outcomes: Outcome[]
  call: { system: string; sends: string[]; once: boolean; patience_minutes: number } | null
  approval: { kind: string; amount: string; reason: string; chain: unknown[] | null } | null
  procedure: string
  solves: boolean
}

export interface Level extends Words {
  owner: Owner
  moves_ticket: boolean
}

export interface Content {
  start: string
  steps: Step[]
  levels: Level[]
  holds_ticket: boolean
  updates_minutes: number | null
}

export interface Procedure {
  id: number
  key: string
  name_zh: string
  name_en: string
  about_zh: string
  about_en: string
  starts: Tree | Record<string, never>
  active: boolean
  latest: number
  running: number
  content: Content
}

export type ProcedureRow = Omit<Procedure, 'content' | 'starts'> & { begins_itself: boolean }

export interface Problem extends Words {
  place: string
}

export interface Version {
  number: number
  published_at: string
  published_by: { id: number; name: string } | null
  running: number
}

export interface System {
  id: number
  key: string
  name_zh: string
  name_en: string
  url: string
}
