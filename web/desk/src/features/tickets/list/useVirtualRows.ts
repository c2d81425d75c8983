import { computed, onBeforeUnmount, onMounted, ref, type Ref } from 'vue'

export interface Window {
  first: number
  last: number
}

/** Which rows of equal height stand in a window of `height` at `top`, with `spare` above and below. */
export function windowOf(count: number, rowHeight: number, top: number, height: number, spare: number): Window {
  const first = Math.max(0, Math.floor(top / rowHeight) - spare)
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + spare)
  return { first: Math.min(first, Math.max(0, count - 1)), last: Math.max(last, 0) }
}

/** Where to scroll so that a row is wholly in sight; null when it is. */
export function scrollFor(index: number, rowHeight: number, top: number, height: number): number | null {
  const start = index * rowHeight
  if (start < top) return start
  if (start + rowHeight > top + height) return start + rowHeight - height
  return null
}

const SPARE = 8

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

  return { shown, offset: computed(() => shown.value.first * rowHeight), total: computed(() => count.value * rowHeight), reveal, measure: soon }
}
