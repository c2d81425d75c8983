import { expect, it } from 'vitest'
import { editable, isOvernight, newCalendar, nextInterval, withImported } from './hours'
import type { CalendarDay } from './types'

it('begins with a working week, and with official days where they are known', () => {
  expect(newCalendar('Asia/Shanghai')).toMatchObject({ official: 'cn', week: [...Array.from({ length: 5 }, () => [{ opens: '09:00', closes: '18:00' }]), [], []] })
  expect(newCalendar('Europe/Berlin').official).toBe('')
})

it('offers a stretch after the last one of the day', () => {
  expect(nextInterval([])).toEqual({ opens: '09:00', closes: '18:00' })
  expect(nextInterval([{ opens: '09:00', closes: '12:00' }])).toEqual({ opens: '13:00', closes: '17:00' })
  expect(nextInterval([{ opens: '09:00', closes: '23:30' }])).toEqual({ opens: '22:00', closes: '23:00' })
})

it('shows midnight as the time field can', () => {
  const calendar = { ...newCalendar('UTC'), week: [[{ opens: '00:00', closes: '24:00' }], [], [], [], [], [], []] }
  expect(editable(calendar).week[0]).toEqual([{ opens: '00:00', closes: '00:00' }])
  expect(calendar.week[0]).toEqual([{ opens: '00:00', closes: '24:00' }])
})

it('knows which stretches end on the next day', () => {
  expect(isOvernight({ opens: '22:00', closes: '02:00' })).toBe(true)
  expect(isOvernight({ opens: '08:00', closes: '08:00' })).toBe(true)
  expect(isOvernight({ opens: '09:00', closes: '18:00' })).toBe(false)
})

it('leaves alone what somebody has set by hand when a file is imported', () => {
  const day = (on: string, name: string): CalendarDay => ({ on, kind: 'closed', intervals: [], name })
  expect(withImported([day('2027-10-01', '值班')], [day('2027-10-02', '国庆'), day('2027-10-01', '国庆')])).toEqual([day('2027-10-01', '值班'), day('2027-10-02', '国庆')])
})
