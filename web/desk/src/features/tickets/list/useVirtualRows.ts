import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export interface Window {
  first: number
  last: number
}

/** Which rows of equal height to draw for a window of `height` at `top`, with `spare` above and below: always as many, so that their elements can be used again. */
export function windowOf(count: number, rowHeight: number, top: number, height: number, spare: number): Window {
  const size = Math.min(count, Math.ceil(height / rowHeight) + 1 + 2 * spare)
  const first = Math.min(Math.max(0, Math.floor(top / rowHeight) - spare), count - size)
  return { first, last: first + size }
}

/** The element a row is drawn in: rows that leave the window hand theirs on to those that enter. */
export function slotOf(index: number, { first, last }: Window): number {
  return index % Math.max(1, last - first)
}

/** Where to scroll so that a row is wholly in sight; null when it is. */
export function scrollFor(index: number, rowHeight: number, top: number, height: number): number | null {
  const start = index * rowHeight
  if (start < top) return start
  if (start + rowHeight > top + height) return start + rowHeight - height
  return null
}

const SPARE = 5

/** Draws only the rows in sight of a scrolling list. */
export function useVirtualRows(box: Ref<HTMLElement | null>, count: Ref<number>, rowHeight: number, whenNearEnd: () => void) {
  const top = ref(0)
  const height = ref(0)
  let watching: ResizeObserver | null = null
  let frame = 0

  function measure(): void {
    frame = 0
    if (!box.value) return
    top.value = box.value.scrollTop
    height.value = box.value.clientHeight
    if (count.value && top.value + height.value * 2 > count.value * rowHeight) whenNearEnd()
  }
  const soon = () => {
    if (!frame) frame = requestAnimationFrame(measure)
  }
  onMounted(() => {
    measure()
    box.value?.addEventListener('scroll', soon, { passive: true })
    watching = new ResizeObserver(soon)
    if (box.value) watching.observe(box.value)
  })
  onBeforeUnmount(() => {
    box.value?.removeEventListener('scroll', soon)
    watching?.disconnect()
    cancelAnimationFrame(frame)
  })

  const shown = computed(() => windowOf(count.value, rowHeight, top.value, height.value, SPARE))

  function reveal(index: number): void {
    if (!box.value) return
    const to = scrollFor(index, rowHeight, box.value.scrollTop, box.value.clientHeight)
    if (to !== null) box.value.scrollTop = to
  }

  return { shown, total: computed(() => count.value * rowHeight), reveal, measure: soon }
}
