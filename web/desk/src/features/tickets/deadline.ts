const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** From here on a deadline is shown as pressing. */
const PRESSING = HOUR

export interface Countdown {
  isOver: boolean
  tone: 'calm' | 'near' | 'late'
  /** i18n key under tickets.deadline, and its values */
  unit: 'minutes' | 'hours' | 'hoursMinutes' | 'days'
  values: Record<string, number>
}

/** How long until a moment, or since it, as precisely as it matters. */
export function countdownTo(at: number, now: number): Countdown {
  const isOver = at <= now
  const length = Math.abs(at - now)
  const tone = isOver ? 'late' : length <= PRESSING ? 'near' : 'calm'
  const minutes = isOver ? Math.floor(length / MINUTE) : Math.ceil(length / MINUTE)
  if (minutes < 60) return { isOver, tone, unit: 'minutes', values: { n: minutes } }
  if (minutes < 6 * 60 && minutes % 60) return { isOver, tone, unit: 'hoursMinutes', values: { h: Math.floor(minutes / 60), m: minutes % 60 } }
  if (length < 2 * DAY) return { isOver, tone, unit: 'hours', values: { n: Math.floor(minutes / 60) } }
  return { isOver, tone, unit: 'days', values: { n: Math.floor(length / DAY) } }
}
