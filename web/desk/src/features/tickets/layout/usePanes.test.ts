import { describe, expect, it } from 'vitest'
import { boundsOf, within } from './usePanes'

describe('pane widths', () => {
  it('leave the conversation room on a small screen', () => {
    const left = boundsOf('left', 1280)
    const right = boundsOf('right', 1280)
    expect(1280 - 64 - left.usual - right.usual).toBeGreaterThan(580)
  })

  it('stay within bounds whatever is dragged', () => {
    expect(within(10, boundsOf('left', 1280))).toBe(280)
    expect(within(5000, boundsOf('left', 1280))).toBe(520)
    expect(within(5000, boundsOf('right', 1920))).toBe(520)
  })
})
