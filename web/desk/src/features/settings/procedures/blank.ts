import type { Content, FormField, Level, Outcome, Owner, SideTask, Step, StepKind, Work } from './types'

export const blankOwner = (): Owner => ({ to: 'assignee', role: '', id: null })
const blankWork = (): Work => ({ zh: '', en: '', about_zh: '', about_en: '', owner: blankOwner(), clock: null, fields: [], checklist: [] })
export const blankOutcome = (key: string, to: string): Outcome => ({ key, zh: '', en: '', to, when: [], asks_note: false, completes: true })
export const blankField = (key: string): FormField => ({ key, kind: 'text', zh: '', en: '', rules: {}, required: false, shown_when: [] })
export const blankTask = (key: string): SideTask => ({ ...blankWork(), key, required: true, shows: [], when: [] })
export const blankLevel = (): Level => ({ zh: '', en: '', owner: blankOwner(), moves_ticket: false })
export const blankStep = (key: string, kind: StepKind = 'work'): Step => ({ ...blankWork(), key, kind, tasks: [], outcomes: [], call: null, approval: null, procedure: '', solves: false })

/** The least that makes sense: something to do, and its end. */
export function blankContent(): Content {
  const step = { ...blankStep('first'), outcomes: [blankOutcome('done', 'end')] }
  return { start: 'first', steps: [step, { ...blankStep('end', 'end'), solves: true }], levels: [], holds_ticket: true }
}

/** A key that is not taken yet: step, step_2, step_3 … */
export function freeKey(base: string, taken: string[]): string {
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}_${n}`
    if (!taken.includes(key)) return key
  }
}

/** Outcomes that a kind of step can't do without. */
export const neededOutcomes: Record<StepKind, string[]> = { work: [], call: ['failed'], approval: ['approved', 'rejected'], procedure: ['done'], end: [] }

/** Makes a step of another kind: it gets what that kind needs, and loses what only the other had. */
export function turnInto(step: Step, kind: StepKind, next: string): void {
  step.kind = kind
  step.call = kind === 'call' ? (step.call ?? { system: '', sends: [], once: false, patience_minutes: 5 }) : null
  step.approval = kind === 'approval' ? (step.approval ?? { kind: step.key, amount: '', reason: '', chain: null }) : null
  if (kind !== 'procedure') step.procedure = ''
  if (kind !== 'work') step.tasks = []
  if (kind === 'end') step.outcomes = []
  for (const key of neededOutcomes[kind]) if (!step.outcomes.some((one) => one.key === key)) step.outcomes.push(blankOutcome(key, next))
}

/** Renames a step and all that leads to it. */
export function renameStep(content: Content, from: string, to: string): void {
  for (const step of content.steps) {
    if (step.key === from) step.key = to
    for (const outcome of step.outcomes) if (outcome.to === from) outcome.to = to
  }
  if (content.start === from) content.start = to
}

/** Every question of the procedure. */
export const questionsOf = (content: Content): FormField[] => content.steps.flatMap((step) => [...step.fields, ...step.tasks.flatMap((task) => task.fields)])
