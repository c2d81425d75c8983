const WRITTEN = /\{\{\s*([a-z_]+(?:\.[a-z0-9_]+)*)\s*\}\}/g
const OURS = /^(?:customer|ticket|agent|company|field)\.|^today$/

/** What was typed behind a semicolon just before the caret: the picker's question; null when none is asked. */
export function askedBefore(text: string, caret: number): string | null {
  const found = /(?:^|[\s，。、：！？（(])[;；]([^\s;；]{0,24})$/u.exec(text.slice(0, caret))
  return found ? (found[1] ?? '') : null
}

/** The text with the question replaced by the words, and where the caret goes: to what is left to fill in, else behind. */
export function place(text: string, caret: number, words: string): { text: string; start: number; end: number } {
  const asked = askedBefore(text, caret)
  const from = asked === null ? caret : caret - asked.length - 1
  const gap = new RegExp(WRITTEN.source).exec(words)
  const start = from + (gap ? gap.index : words.length)
  return { text: text.slice(0, from) + words + text.slice(caret), start, end: start + (gap ? gap[0].length : 0) }
}

export interface Gap {
  name: string
  start: number
  end: number
  /** a placeholder of ours is never sent; another may be meant as it stands */
  isOurs: boolean
}

/** Placeholders that still stand in a text. */
export function gapsIn(text: string): Gap[] {
  return [...text.matchAll(WRITTEN)].map((found) => ({ name: found[1] ?? '', start: found.index, end: found.index + found[0].length, isOurs: OURS.test(found[1] ?? '') }))
}
