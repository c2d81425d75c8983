export interface Interval {
  opens: string
  closes: string
}

export interface CalendarDay {
  on: string
  kind: 'closed' | 'hours' | 'makeup'
  intervals: Interval[]
  name: string
}

/** Business hours; `week` has seven days, Monday first. */
export interface CalendarForm {
  name: string
  zone: string
  week: Interval[][]
  official: string
  makeup_weekday: number
  days: CalendarDay[]
}

export interface Calendar extends CalendarForm {
  id: number
  is_open: boolean
  opens_at: string | null
  closes_at: string | null
}

export interface Official {
  key: string
  name_zh: string
  name_en: string
  sources: Record<string, string>
  days: Array<{ on: string; is_makeup: boolean; zh: string; en: string }>
}
