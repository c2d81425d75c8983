import type { Occasion, RuleForm, Value } from './api'

/** Occasions as they are offered, in parts. */
export const OCCASIONS = {
  happens: ['created', 'customer_wrote', 'answered', 'note_written', 'rated'],
  changes: ['status_changed', 'priority_changed', 'assignee_changed', 'group_changed', 'category_changed', 'type_changed', 'tags_changed', 'field_changed'],
  promises: ['sla_warned', 'sla_breached', 'snooze_ended'],
  times: ['time', 'hours'],
} as const

export const SINCE = ['waiting', 'created', 'last_message', 'solved']
export const NOBODY = 'nobody' // a select knows no null as a choice

/** The field of conditions that knows the values of a change; '' where there are none to choose. */
export function fieldFor(occasion: Occasion): string {
  if (occasion.on === 'field_changed') return occasion.field ? `fields.${occasion.field}` : ''
  return occasion.on.endsWith('_changed') ? occasion.on.slice(0, -'_changed'.length) : ''
}

/** What a newly chosen occasion begins with. */
export function freshOccasion(on: string): Occasion {
  if (on === 'time') return { on, since: 'waiting', minutes: 240, calendar_id: null }
  if (on === 'hours') return { on, clock: '09:00', weekdays: [1, 2, 3, 4, 5] }
  return { on }
}

export const shownValues = (values: Value[] | undefined): Array<string | number> => (values ?? []).map((one) => (one === null ? NOBODY : one === true ? 'true' : one === false ? 'false' : one))
export const keptValues = (values: Array<string | number>): Value[] => values.map((one) => (one === NOBODY ? null : one === 'true' ? true : one === 'false' ? false : one))

export function isReady(occasion: Occasion): boolean {
  if (occasion.on === 'time') return Boolean(occasion.since && occasion.minutes)
  if (occasion.on === 'hours') return Boolean(occasion.clock && occasion.weekdays?.length)
  return occasion.on !== 'field_changed' || Boolean(occasion.field)
}

export function startOf(rule: RuleForm | null): RuleForm {
  if (!rule) return { name: '', occasion: { on: 'created' }, conditions: { all: [] }, actions: {}, is_last: false }
  const { name, occasion, conditions, actions, is_last } = JSON.parse(JSON.stringify(rule)) as RuleForm
  return { name, occasion: slim(occasion), conditions, actions, is_last }
}

/** Without what says nothing, so that the server does not refuse what does not belong together. */
export function slim(occasion: Occasion): Occasion {
  const said = Object.entries(occasion).filter(([, value]) => !(value === '' || value === null || value === 0 || (Array.isArray(value) && !value.length)))
  return Object.fromEntries(said) as unknown as Occasion
}

/** Ids in a new order: one taken out and put where another is. */
export function movedTo(ids: number[], moved: number, at: number): number[] {
  const rest = ids.filter((id) => id !== moved)
  rest.splice(Math.max(0, Math.min(at, rest.length)), 0, moved)
  return rest
}
