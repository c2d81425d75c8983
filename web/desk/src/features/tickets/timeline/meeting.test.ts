import { describe, expect, it } from 'vitest'
import { meetingTime } from './meeting'

const plain = (text: string) => text.replace(/[\u2009\u202f\u00a0]/g, ' ')
const meeting = { start: '2024-11-05T02:00:00Z', end: '2024-11-05T03:30:00Z', all_day: false }

describe('when a meeting is', () => {
  it('is told in the zone of the reader', () => {
    expect(plain(meetingTime(meeting, 'en', 'Asia/Shanghai'))).toMatch(/Nov 5, 2024 10:00 – 11:30 AM \(GMT\+8\)/)
    expect(plain(meetingTime(meeting, 'en', 'America/New_York'))).toMatch(/Nov 4, 2024 0?9:00 – 10:30 PM \(EST\)/)
  })

  it('is a day of its own for all-day meetings, wherever one is', () => {
    expect(plain(meetingTime({ start: '2024-11-05', end: '2024-11-06', all_day: true }, 'en', 'America/New_York'))).toBe('Tue, Nov 5, 2024')
    expect(plain(meetingTime({ start: '2024-11-05', end: '2024-11-08', all_day: true }, 'en'))).toMatch(/Nov 5 – Thu, Nov 7, 2024/)
  })
})
