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

/** The same for rows of different heights, by where each begins; `least` is the height of the lowest. */
export function windowOfTops(tops: number[], least: number, top: number, height: number, spare: number): Window {
  const size = Math.min(tops.length, Math.ceil(height / least) + 1 + 2 * spare)
  let low = 0
  let high = tops.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((tops[middle] ?? 0) <= top) low = middle + 1
    else high = middle
  }
  const first = Math.min(Math.max(0, low - 1 - spare), tops.length - size)
  return { first, last: first + size }
}

/** The element a row is drawn in: rows that leave the window hand theirs on to those that enter. */
export function slotOf(index: number, { first, last }: Window): number {
  return index % Math.max(1, last - first)
}

/** Where to scroll so that a row is wholly in sight; null when it is. */
export function scrollFor(index: number, rowHeight: number, top: number, height: number, start = index * rowHeight): number | null {
  if (start < top) return start
  if (start + rowHeight > top + height) return start + rowHeight - height
  return null
}

const SPARE = 5

/** Draws only the rows in sight of a scrolling list; `tops` says where each begins when they differ in height. */
export function useVirtualRows(box: Ref<HTMLElement | null>, count: Ref<number>, rowHeight: Ref<number>, whenNearEnd: () => void, tops: Ref<number[] | null>, least: number) {
  const top = ref(0)
  const height = ref(0)
  let watching: ResizeObserver | null = null
  let frame = 0

  function measure(): void {
    frame = 0
    if (!box.value) return
    top.value = box.value.scrollTop
    height.value = box.value.clientHeight
    if (count.value && top.value + height.value * 2 > total.value) whenNearEnd()
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

  const total = computed(() => (tops.value?.length ? (tops.value.at(-1) ?? 0) : (count.value - 1) * rowHeight.value) + rowHeight.value)
  const shown = computed(() =>
    tops.value ? windowOfTops(tops.value, least, top.value, height.value, SPARE) : windowOf(count.value, rowHeight.value, top.value, height.value, SPARE),
  )

  function reveal(index: number): void {
    if (!box.value) return
    const to = scrollFor(index, rowHeight.value, box.value.scrollTop, box.value.clientHeight, tops.value?.[index])
    if (to !== null) box.value.scrollTop = to
  }

  return { shown, total, reveal, measure: soon }
}
