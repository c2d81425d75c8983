import { computed, type WritableComputedRef } from 'vue'
import { usePreferences } from '@/app/preferences'

export interface Bounds {
  usual: number
  least: number
  most: number
}

const WIDE = 1500

/** Sizes that fit the screen the page opened on; what the person drags to is kept. */
export function boundsOf(pane: 'left' | 'right', screen: number): Bounds {
  if (pane === 'left') return { usual: screen >= WIDE ? 540 : 340, least: 280, most: Math.max(340, Math.min(760, screen - 760)) }
  return { usual: screen >= WIDE ? 360 : 280, least: 240, most: 520 }
}

export function within(width: number, { least, most }: Bounds): number {
  return Math.round(Math.min(most, Math.max(least, width)))
}

/** The width of a side pane, remembered. */
export function usePane(pane: 'left' | 'right') {
  const preferences = usePreferences()
  const place = `desk.${pane}`
  const bounds = computed(() => boundsOf(pane, window.innerWidth))
  const width: WritableComputedRef<number> = computed({
    get: () => within(Number(preferences.layout[place] ?? bounds.value.usual), bounds.value),
    set: (wanted) => (preferences.layout[place] = within(wanted, bounds.value)),
  })
  const isHidden: WritableComputedRef<boolean> = computed({
    get: () => preferences.layout[`${place}.hidden`] === true,
    set: (hidden) => (preferences.layout[`${place}.hidden`] = hidden),
  })
  const reset = () => delete preferences.layout[place]
  return { width, bounds, isHidden, reset }
}
