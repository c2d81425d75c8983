import { useShortcut, type Shortcut } from '@/app/keyboard/shortcuts'

/** Keys of the desk; they rest while a dialog lies over it: an E meant for the help sheet must not solve a ticket. */
export function useDeskShortcuts(shortcuts: Shortcut[]): void {
  useShortcut(shortcuts.map((shortcut) => ({ ...shortcut, when: () => !isCovered() && (shortcut.when?.() ?? true) })))
}

function isCovered(): boolean {
  return document.querySelector('dialog[open]') !== null
}
