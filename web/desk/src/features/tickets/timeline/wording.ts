/** An event in words: which sentence, and what to put into it. */
export interface Sentence {
  key: string
  values: Record<string, string>
}

const FIELDS = new Set(['subject', 'priority', 'type_id', 'category_id', 'tags', 'own_language', 'own_region'])

const HANDED = new Set(['asked_for_person', 'unhelpful', 'angry', 'risk', 'complaint', 'form_done', 'gave_up', 'went_silent', 'none_fits'])

/** Chooses the sentence for an event of the log; one we don't know is told by its own name. */
export function sentenceFor(type: string, params: Record<string, unknown>, byId: number | null): Sentence {
  const text = (name: string) => (params[name] ? String(params[name]) : '')
  const base = `tickets.event.${type.replace(/^(tickets|trust)\./, '')}`
  if (type === 'tickets.assigned') {
    if (!params.to_id) return { key: `${base}.nobody`, values: { from: text('from_name') } }
    if (params.to_id === byId) return { key: `${base}.self`, values: {} }
    return { key: `${base}.to`, values: { to: text('to_name') } }
  }
  if (type === 'tickets.moved') {
    return params.to_group_id ? { key: `${base}.to`, values: { to: text('to_group_name') } } : { key: `${base}.nowhere`, values: {} }
  }
  if (type === 'tickets.reopened') return { key: byId ? `${base}.by` : `${base}.customer`, values: {} }
  if (type === 'tickets.opened') return { key: byId ? `${base}.by` : `${base}.customer`, values: {} }
  if (type === 'tickets.status_refined') return { key: params.custom_id ? `${base}.to` : `${base}.none`, values: {} }
  if (type.startsWith('sla.')) return clockSentence(type.slice(4), params)
  if (type.startsWith('automation.')) return { key: base, values: { name: text('name'), version: text('version') } }
  if (type === 'assist.left_to_people') return leftSentence(base, params)
  if (type === 'assist.answer_rated') return { key: `${base}.${params.helpful ? 'yes' : 'no'}`, values: {} }
  const promised = promiseSentence(type, base, params)
  if (promised) return promised
  const around = aroundSentence(base, params, byId)
  if (around) return around
  if (type.endsWith('taken_over')) return { key: base, values: { from: text('from_name') } }
  return { key: base, values: {} }
}

/** Why a machine left it to people; a category is named where it is switched off, on this channel or on all. */
function leftSentence(base: string, params: Record<string, unknown>): Sentence {
  const reason = String(params.reason)
  if (reason !== 'category_off') return { key: `${base}.${HANDED.has(reason) ? reason : 'other'}`, values: {} }
  if (!params.category_id) return { key: `${base}.default_off`, values: {} }
  return { key: `${base}.category_off${params.switched_channel_id ? '_here' : ''}`, values: { category: String(params.category_id) } }
}

/** Keys of the custom fields an edit touched. */
export function customFieldsOf(params: Record<string, unknown>): string[] {
  const fields = Array.isArray(params.fields) ? params.fields.map(String) : []
  return fields.filter((field) => field.startsWith('fields.')).map((field) => field.slice('fields.'.length))
}

/** The fields an edit touched, as i18n keys. */
export function fieldsOf(params: Record<string, unknown>): string[] {
  const fields = Array.isArray(params.fields) ? params.fields.map(String) : []
  return fields.filter((field) => FIELDS.has(field)).map((field) => `tickets.field.${field}`)
}

/** What became of promises; which of them is a key too: `metric`. */
function clockSentence(name: string, params: Record<string, unknown>): Sentence {
  const metric = /^[a-z]+\.([a-z_]+)\.\d+$/.exec(String(params.key ?? ''))?.[1] ?? 'step'
  return { key: `tickets.event.sla.${name}`, values: { metric: `tickets.metric.${metric}`, level: String(params.level ?? ''), title: String(params.title ?? '') } }
}

/** What happens between tickets and around them. */
function aroundSentence(base: string, params: Record<string, unknown>, byId: number | null): Sentence | null {
  const number = (name: string) => (params[name] ? `#${String(params[name])}` : '')
  const text = (name: string) => String(params[name] ?? '')
  switch (base.replace('tickets.event.', '')) {
    case 'merged':
    case 'unmerged':
      return { key: base, values: { merged: number('merged_id'), into: number('into_id') } }
    case 'split':
      return { key: base, values: { split: number('split_id'), into: number('into_id'), n: String(Array.isArray(params.message_ids) ? params.message_ids.length : 0) } }
    case 'linked':
    case 'unlinked':
      return { key: base, values: { other: number('other_id') } }
    case 'snoozed':
      return { key: base, values: { until: text('until') } }
    case 'woken':
      return { key: `${base}.${text('reason')}`, values: {} }
    case 'follower_added':
    case 'follower_removed':
      return { key: `${base}.${params.staff_id === byId ? 'self' : 'other'}`, values: { name: text('staff_name') } }
    case 'time_logged':
      return { key: base, values: { minutes: text('minutes') } }
    default:
      return null
  }
}

/** What was promised, asked, given and over. */
function promiseSentence(type: string, base: string, params: Record<string, unknown>): Sentence | null {
  const part = (name: string) => ({ key: `${base}.${String(params[name])}`, values: {} })
  switch (type) {
    case 'procedures.approval_answered':
      return { key: `${base}.${params.approved ? 'yes' : 'no'}`, values: {} }
    case 'procedures.approval_decided':
    case 'procedures.call_attempted':
      return part('outcome')
    case 'procedures.compensation_given':
      return { key: `${base}.${params.waits ? 'waits' : 'now'}`, values: {} }
    case 'procedures.promise_made':
    case 'procedures.promise_missed':
    case 'procedures.promise_kept':
      return part('kind')
    case 'procedures.promise_escalated':
      return part('level')
    case 'procedures.rhythm_set':
      return { key: `${base}.${params.minutes ? 'on' : 'off'}`, values: { minutes: String(params.minutes) } }
    case 'procedures.incident_over':
      return { key: `${base}.${params.told ? 'told' : 'quiet'}`, values: {} }
    default:
      return null
  }
}
