import type { Values } from '@/features/tickets/forms/types'
import type { Condition, FormField } from './api'

/**
 * The questions of a form that are asked as things stand: the same rule as zhiyin/procedures/conditions.py.
 * Conditions on the ticket itself are left to the server; the form shows such a question until it says otherwise.
 */
export function shownFields(fields: FormField[], values: Values): FormField[] {
  return fields.filter((field) => field.shown_when.every((condition) => holds(condition, values)))
}

export function holds(condition: Condition, values: Values): boolean {
  if (condition.about !== 'field') return true
  const value = values[condition.key]
  if (value === undefined || value === null) return false
  if (condition.at_least !== null && !(typeof value === 'number' && value >= condition.at_least)) return false
  if (condition.at_most !== null && !(typeof value === 'number' && value <= condition.at_most)) return false
  return !condition.any_of.length || (Array.isArray(value) ? value : [value]).some((one) => condition.any_of.includes(one as string))
}

/** What is shown, required and still empty. */
export function missingFields(fields: FormField[], values: Values): FormField[] {
  return shownFields(fields, values).filter((field) => field.required && (values[field.key] === undefined || values[field.key] === null))
}
