import type { Act, ActName, ActiveStatus, Metric, MetricName, Pack, Policy, PolicyForm } from '@/features/sla/types'

export const priorities = [4, 3, 2, 1] as const
export const priorityNames = ['', 'low', 'normal', 'high', 'urgent']
export const acts: ActName[] = ['notify', 'tell_lead', 'raise_priority', 'assign', 'open_task']

/** What the editor begins with: a policy as it is, an example, or nothing. */
export function startOf(policy: Policy | null, pack: Pack | null, calendarId: number | null): PolicyForm {
  const from = policy ?? pack
  if (!from) return { name_zh: '', name_en: '', track: 'customer', conditions: { all: [] }, calendar_id: calendarId, metrics: [freshMetric('first_reply', [])], robots: [] }
  const { name_zh, name_en, track, conditions, metrics } = JSON.parse(JSON.stringify(from)) as PolicyForm
  return { name_zh, name_en, track, conditions, metrics, calendar_id: policy ? policy.calendar_id : calendarId, robots: policy ? [...policy.robots] : [] }
}

export function freshMetric(metric: MetricName, pausesIn: ActiveStatus[]): Metric {
  return { metric, targets: {}, around_the_clock: false, pauses_in: [...pausesIn], pauses_for: [], counts_robots: false, groups: [], warn_at: [75], levels: [] }
}

export function freshAct(act: ActName): Act {
  return { act, whom: act === 'notify' ? 'assignee' : null, staff_ids: [], staff_id: null, group_id: null, title: '' }
}

const LABELS: Record<string, string> = { name_zh: 'name', name_en: 'name', calendar_id: 'calendar', targets: 'target', pauses_in: 'pausesIn', pauses_for: 'pausesFor', warn_at: 'warnAt' }

/** The word over a field that is complained of: `levels.0.do.2` is in the escalation. */
export const labelOf = (field: string): string => LABELS[field.split('.')[0] ?? ''] ?? field.split('.')[0] ?? ''

/** The server's complaints: for which metric (null: none of them), at which field, and what. */
export interface Wrong {
  metric: number | null
  field: string
  what: string
}

export function wrongsOf(fields: unknown): Wrong[] {
  if (!fields || typeof fields !== 'object') return []
  return Object.entries(fields as Record<string, unknown>).map(([path, what]) => {
    const told = /^(?:body\.)?metrics\.(\d+)\.?(.*)$/.exec(path)
    return { metric: told ? Number(told[1]) : null, field: told ? (told[2] ?? '') : path.replace(/^body\./, ''), what: String(what) }
  })
}
