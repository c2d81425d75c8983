import { computed, reactive, ref } from 'vue'

export const MOST_AT_ONCE = 1000

/** Ids from one row to another, in the order of the list; the second alone when the first is not in it. */
export function between(order: number[], from: number | null, to: number): number[] {
  const start = from === null ? -1 : order.indexOf(from)
  const end = order.indexOf(to)
  if (start < 0 || end < 0) return [to]
  return order.slice(Math.min(start, end), Math.max(start, end) + 1)
}

const picked = reactive(new Set<number>())
const anchor = ref<number | null>(null)

/** Which tickets are chosen for a change of many; up to 1,000. */
export function useSelection() {
  function add(ids: number[]): void {
    for (const id of ids) if (picked.size < MOST_AT_ONCE) picked.add(id)
  }
  function toggle(id: number): void {
    anchor.value = id
    if (!picked.delete(id)) add([id])
  }
  /** With shift: all from the last one on. */
  function extend(id: number, order: number[]): void {
    add(between(order, anchor.value, id))
    anchor.value = id
  }
  function clear(): void {
    picked.clear()
    anchor.value = null
  }
  return { picked, count: computed(() => picked.size), toggle, extend, add, clear }
}
