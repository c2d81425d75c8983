export interface Piece {
  text: string
  isHit: boolean
}

const HAN = /\p{Script=Han}/u
const SHORTEST = 2

/** Cuts a text into pieces that were searched for and pieces that were not. */
export function highlight(text: string, question: string): Piece[] {
  const words = wordsOf(question, text)
  if (!words.length) return text ? [{ text: text, isHit: false }] : []
  const pattern = new RegExp(words.map(escaped).join('|'), 'giu')
  const pieces: Piece[] = []
  let from = 0
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), isHit: false })
    pieces.push({ text: match[0], isHit: true })
    from = match.index + match[0].length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isHit: false })
  return pieces
}

/** Words as typed; a Chinese phrase that does not stand there whole is looked for by its pairs of characters. */
function wordsOf(question: string, text: string): string[] {
  const lower = text.toLowerCase()
  const words = question.trim().split(/\s+/).filter(Boolean)
  const found = words.flatMap((word) => (lower.includes(word.toLowerCase()) ? [word] : pairsOf(word)))
  return [...new Set(found)].sort((a, b) => b.length - a.length)
}

function pairsOf(word: string): string[] {
  const letters = [...word]
  if (letters.length <= SHORTEST || !letters.every((letter) => HAN.test(letter))) return []
  return letters.slice(1).map((letter, i) => `${letters[i]}${letter}`)
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

const LEAD = 10 // characters before the first hit; a row is narrow

/** Where to begin so that the first hit is in sight. */
function startBefore(marks: Array<[number, number]>, length: number): number {
  const first = Math.min(...marks.map(([start]) => start), length)
  return first > LEAD * 1.5 && first < length ? first - LEAD : 0
}

/** Cuts a text at the places the server found; it counts whole characters, so an emoji is one. */
export function cut(text: string, marks: Array<[number, number]>): Piece[] {
  const letters = [...text]
  let from = startBefore(marks, letters.length)
  const pieces: Piece[] = from > 0 ? [{ text: '…', isHit: false }] : []
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (start < from || end <= start) continue
    if (start > from) pieces.push({ text: letters.slice(from, start).join(''), isHit: false })
    pieces.push({ text: letters.slice(start, end).join(''), isHit: true })
    from = end
  }
  if (from < letters.length) pieces.push({ text: letters.slice(from).join(''), isHit: false })
  return pieces
}
