/**
 * What a form shows of a ticket and what it asks for: the same rule as zhiyin/tickets/forms/forming.py,
 * held to the same cases. The server decides; here it is seen before.
 */
import type { Category, Condition, CustomField, Form, Layout, Required, Values } from './types'

export interface Line {
  key: string
  required: Required
  shown_when: Condition[]
}

export interface Situation {
  /** of the category, from the top down */
  lineage: number[]
  type_id: number | null
  values: Values
}

/** The lines that are shown, in order. A condition on a field holds only where that field is shown above. */
export function shownLines<L extends Line>(lines: L[], at: Situation): L[] {
  const shown: L[] = []
  for (const line of lines) {
    const keys = new Set(shown.map((above) => above.key))
    if (line.shown_when.every((condition) => holds(condition, at, keys))) shown.push(line)
  }
  return shown
}

/** Shown lines that must have a value and have none. */
export function missingLines<L extends Line>(lines: L[], at: Situation, isClosing: boolean): L[] {
  return shownLines(lines, at).filter((line) => isAsked(line.required, isClosing) && !(line.key in at.values))
}

function isAsked(required: Required, isClosing: boolean): boolean {
  return required === 'always' || (isClosing && required === 'on_close')
}

function holds({ about, key, any_of: anyOf }: Condition, at: Situation, shown: Set<string>): boolean {
  if (about === 'category') return anyOf.some((one) => at.lineage.includes(one as number))
  if (about === 'type') return anyOf.includes(at.type_id as number)
  if (about !== 'field') return false
  if (!shown.has(key) || !(key in at.values)) return false
  const value = at.values[key]
  return !anyOf.length || (Array.isArray(value) ? value : [value]).some((one) => anyOf.includes(one as string))
}

export interface FieldLine extends Line {
  field: CustomField
}

/** The lines of the form that a ticket of this type has. */
export function linesFor(layout: Layout, typeId: number | null): FieldLine[] {
  const own = layout.types.find((type) => type.id === typeId)?.form_id
  const form = layout.forms.find((one) => one.id === own && one.active) ?? layout.forms.find((one) => one.is_default)
  return form ? linesOf(form, layout.fields) : []
}

export function linesOf(form: Pick<Form, 'lines'>, fields: CustomField[]): FieldLine[] {
  return form.lines.flatMap(({ field_id, ...line }) => {
    const field = fields.find((one) => one.id === field_id && one.active)
    return field ? [{ ...line, key: field.key, field }] : []
  })
}

/** Ids from the top down to the category. */
export function lineageOf(categories: Category[], id: number | null): number[] {
  const lineage: number[] = []
  for (let one = categories.find((category) => category.id === id); one; one = categories.find((category) => category.id === one?.parent_id)) lineage.unshift(one.id)
  return lineage
}

/** Categories that can be chosen: in use, and all above them too. */
export function inUse(categories: Category[]): Category[] {
  const retired = new Set<number>()
  for (const one of categories) if (!one.active || (one.parent_id !== null && retired.has(one.parent_id))) retired.add(one.id)
  return categories.filter((one) => !retired.has(one.id))
}
