/** Whether a value fits a field: the same rule as zhiyin/tickets/forms/fitting.py, held to the same cases. */
import type { FieldOption, FieldRules } from './types'

/** What does not fit, as a key of `tickets.forms.misfit` and what to put into it. */
export interface Misfit {
  says: string
  values: Record<string, string | number>
}

export type Fitted = { kept: unknown } | { misfit: Misfit }

const LONGEST: Record<string, number> = { text: 500, long_text: 10_000 }
const LARGEST = 1e15
const MOST_FILES = 10
const kept = (value: unknown): Fitted => ({ kept: value })
const misfit = (says: string, values: Misfit['values'] = {}): Fitted => ({ misfit: { says, values } })

/** The value as it is kept, null for an empty one. */
export function fitValue(kind: string, rules: FieldRules, told: unknown): Fitted {
  const value = typeof told === 'string' ? told.trim() : told
  if (value === null || value === undefined || value === false || value === '' || (Array.isArray(value) && !value.length)) return kept(null)
  return (FITS[kind] ?? (() => misfit('choose')))(value, rules, kind)
}

const FITS: Record<string, (value: unknown, rules: FieldRules, kind: string) => Fitted> = {
  text: fitText,
  long_text: fitText,
  number: fitNumber,
  date: fitDate,
  choice: (value, { options = [] }) => (options.some((option) => option.value === value) ? kept(value) : misfit('choose')),
  choices: fitChoices,
  cascade: fitCascade,
  person: fitReference,
  customer: fitReference,
  file: fitFiles,
  checkbox: (value) => (value === true ? kept(true) : misfit('choose')),
}

function fitText(value: unknown, rules: FieldRules, kind: string): Fitted {
  const longest = rules.max_length ?? LONGEST[kind] ?? 0
  if (typeof value !== 'string') return misfit('text')
  if ([...value].length > longest) return misfit('long', { longest })
  if (rules.pattern && !matches(rules.pattern, value)) return misfit('pattern', { pattern: rules.pattern })
  return kept(value)
}

/** A pattern that only the server can read is left to it. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value)
  } catch {
    return true
  }
}

function fitNumber(value: unknown, { min, max, decimals = 0 }: FieldRules): Fitted {
  const number = typeof value === 'string' && /^[+-]?\d{1,16}(\.\d{1,16})?$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !(Math.abs(number) <= LARGEST)) return misfit('number')
  if (min !== undefined && number < Number(min)) return misfit('less', { min })
  if (max !== undefined && number > Number(max)) return misfit('more', { max })
  if (Number(number.toFixed(decimals)) !== number) return misfit(decimals ? 'decimals' : 'whole', { decimals })
  return kept(number)
}

function fitDate(value: unknown, { min, max }: FieldRules): Fitted {
  const at = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : null
  if (!at || Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== value) return misfit('date')
  if (min !== undefined && value < String(min)) return misfit('before', { min })
  if (max !== undefined && value > String(max)) return misfit('after', { max })
  return kept(value)
}

function fitChoices(value: unknown, { options = [] }: FieldRules): Fitted {
  if (!Array.isArray(value) || !value.every((one) => options.some((option) => option.value === one))) return misfit('choose')
  return kept(options.map((option) => option.value).filter((one) => value.includes(one)))
}

function fitCascade(value: unknown, { options = [] }: FieldRules): Fitted {
  if (!Array.isArray(value)) return misfit('deeper')
  let level: FieldOption[] = options
  for (const step of value) {
    const chosen = level.find((option) => option.value === step)
    if (!chosen) return misfit('choose')
    level = chosen.children ?? []
  }
  return level.length ? misfit('deeper') : kept(value)
}

function fitReference(value: unknown): Fitted {
  return Number.isInteger(value) && (value as number) > 0 ? kept(value) : misfit('choose')
}

function fitFiles(value: unknown): Fitted {
  const ids = [...new Set(Array.isArray(value) ? value : [value])]
  if (!ids.every((id) => Number.isInteger(id) && id > 0)) return misfit('choose')
  return ids.length > MOST_FILES ? misfit('files', { most: MOST_FILES }) : kept(ids)
}
