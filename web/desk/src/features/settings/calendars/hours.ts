import type { CalendarDay, CalendarForm, Interval } from './types'

export const nineToSix = (): Interval[] => [{ opens: '09:00', closes: '18:00' }]

export const newCalendar = (zone: string): CalendarForm => ({
  name: '',
  zone,
  week: Array.from({ length: 7 }, (_, day) => (day < 5 ? nineToSix() : [])),
  official: zone === 'Asia/Shanghai' ? 'cn' : '',
  makeup_weekday: 0,
  days: [],
})

/** A copy to edit. Midnight at the end of a day is the next day's 00:00 to the field that shows it. */
export function editable(calendar: CalendarForm): CalendarForm {
  return JSON.parse(JSON.stringify(calendar).replaceAll('"closes":"24:00"', '"closes":"00:00"')) as CalendarForm
}

/** An interval after the last one of the day, an hour later and as long as fits. */
export function nextInterval(day: Interval[]): Interval {
  const last = day.at(-1)
  if (!last) return { opens: '09:00', closes: '18:00' }
  const start = Math.min(minutes(last.closes) + 60, 22 * 60)
  return { opens: clock(start), closes: clock(Math.min(start + 240, 23 * 60)) }
}

/** Closing when or before one opens is closing on the next day. */
export const isOvernight = ({ opens, closes }: Interval): boolean => Boolean(opens && closes) && minutes(closes) <= minutes(opens)

/** Days of a file beside those there are: what somebody has set by hand stays. */
export function withImported(days: CalendarDay[], imported: CalendarDay[]): CalendarDay[] {
  const taken = new Set(days.map((day) => day.on))
  return [...days, ...imported.filter((day) => !taken.has(day.on))].sort((a, b) => a.on.localeCompare(b.on))
}

const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))
const clock = (at: number): string => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`
