import { onScopeDispose, shallowReactive } from 'vue'
import { useDeskShortcuts } from './keys'

export interface Undoable {
  /** i18n key of what the key takes back, shown on the help sheet */
  label: string
  group: string
  /** when it was done, by this machine's clock; null while there is nothing to undo */
  doneAt: () => number | null
  run: () => void
}

const offers = shallowReactive(new Set<Undoable>())

/** Z takes back what was done last, of all that can be taken back now: a reply, a change of many tickets. */
export function useUndoKey(offer: Undoable): void {
  offers.add(offer)
  onScopeDispose(() => offers.delete(offer))
  useDeskShortcuts([{ keys: 'z', label: offer.label, group: offer.group, run: offer.run, when: () => latest() === offer }])
}

function latest(): Undoable | undefined {
  const able = [...offers].filter((one) => one.doneAt() !== null)
  return able.sort((a, b) => (b.doneAt() ?? 0) - (a.doneAt() ?? 0))[0]
}
