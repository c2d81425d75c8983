import type { Named } from '../types'

/** The beginning of a name behind an @ just before the caret; null when nobody is being named. */
export function mentionBefore(text: string, caret: number): string | null {
  const found = /(?:^|[\s，。、；：（(])@([\p{L}\p{N}._-]{0,20})$/u.exec(text.slice(0, caret))
  return found ? (found[1] ?? '') : null
}

export function colleaguesLike(colleagues: Named[], start: string): Named[] {
  const wanted = start.toLowerCase()
  return colleagues.filter(({ name }) => name.toLowerCase().includes(wanted)).slice(0, 6)
}

/** The text with the name written out, and where the caret goes. */
export function writeMention(text: string, caret: number, name: string): { text: string; caret: number } {
  const start = mentionBefore(text, caret)
  const from = caret - (start?.length ?? 0)
  return { text: `${text.slice(0, from)}${name} ${text.slice(caret)}`, caret: from + name.length + 1 }
}

/** Everybody a note names; the longer of two names that begin alike wins. */
export function mentionedIn(text: string, colleagues: Named[]): number[] {
  let rest = text
  const ids: number[] = []
  for (const { id, name } of [...colleagues].sort((a, b) => b.name.length - a.name.length)) {
    if (!name || !rest.includes(`@${name}`)) continue
    ids.push(id)
    rest = rest.replaceAll(`@${name}`, '')
  }
  return ids
}
