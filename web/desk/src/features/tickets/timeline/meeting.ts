import type { Invitation } from '../types'

/** When a meeting is, in the reader's own zone: "2024年11月5日周二 10:00–11:30 (GMT+8)". */
export function meetingTime(meeting: Pick<Invitation, 'start' | 'end' | 'all_day'>, locale: string, timeZone?: string): string {
  const day = { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' } as const
  if (meeting.all_day) {
    // days have no zone; the end is the day after the last
    const last = new Date(Date.parse(meeting.end) - 86_400_000)
    const first = new Date(meeting.start)
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: 'UTC' }).formatRange(first, last < first ? first : last)
  }
  const [start, end] = [new Date(meeting.start), new Date(meeting.end)]
  const date = new Intl.DateTimeFormat(locale, { ...day, timeZone })
  const clock = { hour: '2-digit', minute: '2-digit', timeZone } as const
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' }).formatToParts(start).find((part) => part.type === 'timeZoneName')?.value
  const told =
    date.format(start) === date.format(end)
      ? `${date.format(start)} ${new Intl.DateTimeFormat(locale, clock).formatRange(start, end)}`
      : new Intl.DateTimeFormat(locale, { ...day, ...clock }).formatRange(start, end)
  return `${told} (${zone})`
}
