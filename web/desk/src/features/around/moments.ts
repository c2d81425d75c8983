/** A moment one can choose at a stroke; `at` is null for "until the customer writes". */
export interface Pick {
  name: 'hour' | 'tomorrow' | 'monday' | 'customer'
  at: Date | null
}

const MORNING = 9

export function quickPicks(now: Date, withCustomer: boolean): Pick[] {
  const hour = new Date(now.getTime() + 3_600_000)
  const picks: Pick[] = [
    { name: 'hour', at: hour },
    { name: 'tomorrow', at: morningIn(now, 1) },
    { name: 'monday', at: morningIn(now, (8 - now.getDay()) % 7 || 7) },
  ]
  return withCustomer ? [...picks, { name: 'customer', at: null }] : picks
}

/** In the reader's own time, whatever clocks do in between. */
function morningIn(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING)
}

/** What a datetime-local field holds. */
export function fieldText(at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`
}

/** 95 → "1:35". */
export function hoursText(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** "1:35", "1h35", "1.5h" or "95" → minutes; null for what is none, or more than a day. */
export function minutesOf(text: string): number | null {
  const told = text.trim().toLowerCase()
  const parts = /^(\d{1,2})[:h](\d{1,2})$/.exec(told)
  const hours = /^(\d{1,2}(?:\.\d+)?)h$/.exec(told)
  const minutes = parts ? Number(parts[1]) * 60 + Number(parts[2]) : hours ? Math.round(Number(hours[1]) * 60) : /^\d{1,4}$/.test(told) ? Number(told) : 0
  return minutes >= 1 && minutes <= 1440 ? minutes : null
}
