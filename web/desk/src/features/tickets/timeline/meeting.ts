import type { Invitation } from '../types'

/** When a meeting is, in the reader's own zone: "11月5日 周二 10:00–11:30", "11月5日 周二 – 11月7日 周四". */
export function meetingTime(meeting: Pick<Invitation, 'start' | 'end' | 'all_day'>, locale: string, timeZone?: string): string {
  const day = { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' } as const
  if (meeting.all_day) {
    // days have no zone; the end is the day after the last
    const last = new Date(Date.parse(meeting.end) - 86_400_000)
    const first = new Date(meeting.start)
    return new Intl.DateTimeFormat(locale, { ...day, timeZone: 'UTC' }).formatRange(first, last < first ? first : last)
  }
  const form = new Intl.DateTimeFormat(locale, { ...day, hour: '2-digit', minute: '2-digit', timeZone, timeZoneName: 'short' })
  return form.formatRange(new Date(meeting.start), new Date(meeting.end))
}
