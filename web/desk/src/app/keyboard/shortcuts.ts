import { onScopeDispose, shallowReactive } from 'vue'

export interface Shortcut {
  /** "mod+k", "?", "g d" (two keys one after another), "Escape" */
  keys: string
  /** i18n key of what it does, shown on the help sheet */
  label: string
  /** i18n key of the heading it stands under */
  group: string
  run: (event: KeyboardEvent) => void
  /** also while typing in a field; for combinations with mod only */
  inFields?: boolean
  when?: () => boolean
}

export const shortcuts = shallowReactive(new Set<Shortcut>())

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform ?? '')

const SEQUENCE_MS = 900
let firstKey = ''
let firstAt = 0

/** Binds a key for as long as the component lives; the help sheet lists it by itself. */
export function useShortcut(shortcut: Shortcut | Shortcut[]): void {
  const mine = Array.isArray(shortcut) ? shortcut : [shortcut]
  for (const one of mine) shortcuts.add(one)
  onScopeDispose(() => {
    for (const one of mine) shortcuts.delete(one)
  })
}

export function listen(): void {
  window.addEventListener('keydown', handle)
}

export function handle(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return // an input method is at work
  const pressed = nameOf(event)
  if (!pressed) return
  const isSecond = firstKey !== '' && Date.now() - firstAt < SEQUENCE_MS
  const sequence = isSecond ? `${firstKey} ${pressed}` : ''
  const isInField = isTyping(event.target)
  const able = [...shortcuts].reverse().filter((one) => (!isInField || one.inFields) && (one.when?.() ?? true))
  const hit = able.find((one) => sequence !== '' && one.keys === sequence) ?? able.find((one) => one.keys === pressed)
  firstKey = ''
  if (hit) {
    event.preventDefault()
    hit.run(event)
  } else if (!isInField && able.some((one) => one.keys.startsWith(`${pressed} `))) {
    firstKey = pressed
    firstAt = Date.now()
  }
}

function nameOf(event: KeyboardEvent): string {
  if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return ''
  const parts: string[] = []
  if (event.metaKey || event.ctrlKey) parts.push('mod')
  if (event.altKey) parts.push('alt')
  // "?" already means shift; only named keys and combinations say it
  if (event.shiftKey && (event.key.length > 1 || parts.length)) parts.push('shift')
  parts.push(event.key.length === 1 ? event.key.toLowerCase() : event.key)
  return parts.join('+')
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** "mod+k" → ["⌘", "K"] or ["Ctrl", "K"]; "g d" → ["G", "D"] */
export function keyCaps(keys: string): string[] {
  const caps: Record<string, string> = {
    mod: isMac ? '⌘' : 'Ctrl',
    shift: '⇧',
    alt: isMac ? '⌥' : 'Alt',
    Enter: '↵',
    Escape: 'Esc',
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
  }
  return keys.split(/[ +](?=.)/).map((key) => caps[key] ?? key.toUpperCase())
}
