import { describe, expect, it } from 'vitest'
import { minutesOf, shortDuration } from './duration'

describe('durations', () => {
  it.each([
    [15, '15m'],
    [60, '1h'],
    [90, '1h 30m'],
    [1440, '24h'],
    [0, '0m'],
  ])('%d minutes are told as %s', (minutes, text) => expect(shortDuration(minutes)).toBe(text))

  it.each([
    ['4h', 240],
    ['1h 30m', 90],
    ['1.5h', 90],
    ['45', 45],
    ['2 小时 15 分钟', 135],
    ['2 hours', 120],
    ['', null],
    ['soon', null],
    ['0', null],
    ['4h later', null],
  ])('%s is %s minutes', (text, minutes) => expect(minutesOf(text)).toBe(minutes))
})
