import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Pacer, paced } from './pacing'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a pacer', () => {
  it('makes one run of a burst', async () => {
    const work = vi.fn()
    const pacer = new Pacer(work, 1000, 100)
    for (let i = 0; i < 50; i++) pacer.ask()
    await vi.advanceTimersByTimeAsync(500)
    expect(work).toHaveBeenCalledTimes(1)
  })

  it('runs once a pause under steady asking, and once after the last', async () => {
    const work = vi.fn()
    const pacer = new Pacer(work, 1000)
    for (let ms = 0; ms < 3000; ms += 10) {
      pacer.ask()
      await vi.advanceTimersByTimeAsync(10)
    }
    await vi.advanceTimersByTimeAsync(2000)
    expect(work).toHaveBeenCalledTimes(4)
  })

  it('goes on after a failure', async () => {
    const work = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(undefined)
    const pacer = new Pacer(work, 1000)
    pacer.ask()
    await vi.advanceTimersByTimeAsync(1)
    pacer.ask()
    await vi.advanceTimersByTimeAsync(1000)
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('does nothing more once stopped', async () => {
    const work = vi.fn()
    const pacer = new Pacer(work, 1000, 100)
    pacer.ask()
    pacer.stop()
    await vi.advanceTimersByTimeAsync(5000)
    expect(work).not.toHaveBeenCalled()
  })
})

describe('a paced reader', () => {
  it('answers many callers with few requests, and the last caller with fresh news', async () => {
    let version = 0
    const read = vi.fn(() => Promise.resolve(++version))
    const counts = paced(read, 2000)
    const first = counts()
    const others = Array.from({ length: 20 }, () => counts())
    await vi.advanceTimersByTimeAsync(2500)
    expect(await first).toBe(1)
    expect(new Set(await Promise.all(others))).toEqual(new Set([2]))
    expect(read).toHaveBeenCalledTimes(2)
  })

  it('asks again after a failure', async () => {
    const read = vi.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(7)
    const counts = paced(read, 100)
    await expect(counts()).rejects.toThrow('down')
    const again = counts()
    await vi.advanceTimersByTimeAsync(200)
    expect(await again).toBe(7)
  })
})
