/** Where something is wrong (`steps.0.outcomes.1.zh`), in the words of the editor. */
export function placeInWords(place: string, t: (key: string, named?: Record<string, unknown>) => string, te: (key: string) => boolean): string {
  const words: string[] = []
  for (const part of place.split('.')) {
    const key = `settings.procedures.place.${part}`
    if (/^\d+$/.test(part) && words.length) words.push(`${words.pop()} ${Number(part) + 1}`)
    else words.push(te(key) ? t(key) : part)
  }
  return words.join(' › ')
}
