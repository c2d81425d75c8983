import type { Tree } from '@/features/tickets/views/api'

export type Track = 'customer' | 'internal' | 'regulator'
export type ActName = 'notify' | 'tell_lead' | 'raise_priority' | 'assign' | 'open_task'
export type ActiveStatus = 'new' | 'open' | 'pending' | 'on_hold'
export type Whom = 'assignee' | 'group' | 'lead' | 'followers'
export type MetricName = 'first_reply' | 'next_reply' | 'periodic_update' | 'pausable_update' | 'requester_wait' | 'agent_work' | 'total_resolution' | 'group_ownership'

/** What is done at a level. */
export interface Act {
  act: ActName
  whom: Whom | null
  staff_ids: number[]
  staff_id: number | null
  group_id: number | null
  title: string
}

export interface Level {
  at: number
  do: Act[]
}

/** One metric of a policy; `targets` are minutes by priority. */
export interface Metric {
  metric: MetricName
  targets: Record<string, number>
  around_the_clock: boolean
  pauses_in: ActiveStatus[]
  pauses_for: string[]
  counts_robots: boolean
  groups: number[]
  warn_at: number[]
  levels: Level[]
}

export interface PolicyForm {
  name_zh: string
  name_en: string
  track: Track
  conditions: Tree
  calendar_id: number | null
  metrics: Metric[]
  robots: number[]
}

export interface Version {
  id: number
  number: number
  published_at: string
  by_name: string
}

export interface Policy extends PolicyForm {
  id: number
  active: boolean
  version: Version
}

export interface Pack extends Omit<PolicyForm, 'calendar_id' | 'robots'> {
  key: string
  note_zh: string
  note_en: string
}

export interface PolicyList {
  policies: Policy[]
  calendars: Array<{ id: number; name: string }>
  packs: Pack[]
  metrics: Array<{ metric: MetricName; pauses_in: ActiveStatus[] }>
}

export interface Tally {
  in_time: number
  breached: number
  running: number
  share: number | null
}

export interface Trial {
  id: number
  state: 'waiting' | 'done' | 'failed'
  result: {
    days: number
    tickets: number
    seconds: number
    metrics: Array<{ metric: string; draft: Tally; present: Tally | null }>
    priorities: Array<{ priority: number; draft: Tally }>
  } | null
}

export interface Attainment {
  days: number
  rows: Array<{ track: string; metric: string; policy_id: number | null; policy_zh: string; policy_en: string; tally: Tally }>
  all: Tally
}

export interface ClockPolicy {
  id: number
  name_zh: string
  name_en: string
  version: number
}

/** One promise on a ticket; `elapsed_seconds` are working time. */
export interface Clock {
  id: number
  track: string
  metric: string
  key: string
  name: string
  state: 'running' | 'paused' | 'fulfilled' | 'cancelled'
  activated_at: string
  due_at: string | null
  breached_at: string | null
  ended_at: string | null
  target_minutes: number
  priority: number
  elapsed_seconds: number
  counted_at: string
  is_counting: boolean
  pauses: Array<{ since: string; until: string | null; cause: string }>
  policy: ClockPolicy | null
  calendar_name: string
}

export interface ClockList {
  clocks: Clock[]
  coverages: Array<{ track: string; policy: ClockPolicy; since: string }>
}
