/** Minutes as people write them: 90 → "1h 30m". Days are left out: a working day has no length of its own. */
export function shortDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = Math.round(minutes % 60)
  return [hours ? `${hours}h` : '', rest || !hours ? `${rest}m` : ''].filter(Boolean).join(' ')
}

const PART = /(\d+(?:\.\d+)?)\s*(hours?|h|小时|时|min(?:ute)?s?|m|分钟|分)?/gi

/** "4h", "1h 30m", "90", "2 小时" → minutes; null for what is none of that. */
export function minutesOf(text: string): number | null {
  const told = text.trim()
  if (!told || told.replace(PART, '').trim()) return null
  let minutes = 0
  for (const [, amount, unit] of told.matchAll(PART)) minutes += Number(amount) * (/^(h|小|时)/i.test(unit ?? '') ? 60 : 1)
  return minutes > 0 ? Math.round(minutes) : null
}
