import type { Mode } from '../drafts/api'
import type { Writing } from './writing'

/** What the server has not got yet, kept in this browser so that no reload and no crash takes it. */
export interface Unsaved {
  text: string
  /** the version of the server's draft that it goes on from */
  version: number
}

const PREFIX = 'zhiyin.unsaved.'
const placeOf = ({ staffId, ticketId }: Writing, mode: Mode) => `${PREFIX}${staffId}.${ticketId}.${mode}`

export function keepHere(writing: Writing, mode: Mode): void {
  const { text, kept } = writing[mode]
  try {
    if (text.trim()) localStorage.setItem(placeOf(writing, mode), JSON.stringify({ text, version: kept.version } satisfies Unsaved))
    else dropHere(writing, mode)
  } catch {
    // a browser that keeps nothing: the server's draft is all there is
  }
}

export function dropHere(writing: Writing, mode: Mode): void {
  localStorage.removeItem(placeOf(writing, mode))
}

export function keptHere(writing: Writing, mode: Mode): Unsaved | null {
  try {
    const kept = JSON.parse(localStorage.getItem(placeOf(writing, mode)) ?? 'null') as Partial<Unsaved> | null
    return typeof kept?.text === 'string' && typeof kept.version === 'number' ? { text: kept.text, version: kept.version } : null
  } catch {
    return null
  }
}
