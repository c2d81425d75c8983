import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { handle, keyCaps, useShortcut, type Shortcut } from './shortcuts'

const scope = effectScope()
const press = (key: string, more: KeyboardEventInit = {}, target?: HTMLElement) => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...more })
  if (target) Object.defineProperty(event, 'target', { value: target })
  handle(event)
  return event
}
function bind(keys: string, more: Partial<Shortcut> = {}) {
  const run = vi.fn()
  scope.run(() => useShortcut({ keys, label: 'x', group: 'y', run, ...more }))
  return run
}
afterEach(() => scope.pause())

describe('a shortcut', () => {
  it('runs on its key, with a modifier, and on two keys in a row', () => {
    const plain = bind('j')
    const held = bind('mod+k')
    const two = bind('g d')
    expect(press('j').defaultPrevented).toBe(true)
    press('k', { ctrlKey: true })
    press('g')
    press('d')
    expect([plain, held, two].map((run) => run.mock.calls.length)).toEqual([1, 1, 1])
  })

  it('leaves fields and input methods alone unless it says otherwise', () => {
    const plain = bind('n')
    const everywhere = bind('mod+Enter', { inFields: true })
    const field = document.createElement('textarea')
    press('n', {}, field)
    press('n', { isComposing: true })
    press('Enter', { ctrlKey: true }, field)
    expect(plain).not.toHaveBeenCalled()
    expect(everywhere).toHaveBeenCalledOnce()
  })

  it('gives way to the newest of its key and to its condition', () => {
    const older = bind('x')
    const newer = bind('x')
    const never = bind('x', { when: () => false })
    press('x')
    expect([older, newer, never].map((run) => run.mock.calls.length)).toEqual([0, 1, 0])
  })

  it('ends with its component', () => {
    const short = effectScope()
    const run = vi.fn()
    short.run(() => useShortcut({ keys: 'z', label: 'x', group: 'y', run }))
    short.stop()
    press('z')
    expect(run).not.toHaveBeenCalled()
  })
})

it('shows keys as they are engraved', () => {
  expect(keyCaps('mod+k')).toEqual(['Ctrl', 'K'])
  expect(keyCaps('g d')).toEqual(['G', 'D'])
  expect(keyCaps('Escape')).toEqual(['Esc'])
  expect(keyCaps('?')).toEqual(['?'])
})
