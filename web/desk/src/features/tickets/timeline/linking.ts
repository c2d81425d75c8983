export interface TextPiece {
  text: string
  href: string | null
}

const LINK = /https?:\/\/[^\s<>"'，。；、！？（）【】《》“”‘’]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu
const TRAILING = /[.,;:!?)\]}'"]+$/

/** Finds web and mail addresses in plain text; Chinese punctuation ends them. */
export function linkPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let from = 0
  for (const match of text.matchAll(LINK)) {
    const found = withoutTrailing(match[0])
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: null })
    pieces.push({ text: found, href: /^https?:/i.test(found) ? found : `mailto:${found}` })
    from = match.index + found.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null })
  return pieces
}

/** A full stop or bracket that closes the sentence is not part of the address, unless it was opened in it. */
function withoutTrailing(address: string): string {
  const cut = address.replace(TRAILING, '')
  const opened = (cut.match(/\(/g) ?? []).length - (cut.match(/\)/g) ?? []).length
  return opened > 0 && address.startsWith(')', cut.length) ? `${cut})` : cut
}
