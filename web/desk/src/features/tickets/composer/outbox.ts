import { computed, reactive, ref } from 'vue'
import type { Entry } from '../types'
import type { Upload } from './uploading'

/** A reply that has been accepted and waits out its seconds of grace. */
export interface Held {
  ticketId: number
  staffId: number
  messageId: number
  text: string
  files: Upload[]
  at: number
  until: number
  isTakingBack: boolean
}

const held = reactive<Held[]>([])
const now = ref(Date.now())
let ticking: ReturnType<typeof setInterval> | undefined

const TICK = 200

/** How long a reply can still be taken back, by the server's own clock: this machine's may differ. */
export function graceOf(entry: Entry): number {
  const until = entry.delivery?.undo_until
  return until ? Math.max(0, Date.parse(until) - Date.parse(entry.at)) : 0
}

export function hold(item: Omit<Held, 'at' | 'until' | 'isTakingBack'>, grace: number, present = Date.now()): void {
  if (grace <= 0) return
  held.push({ ...item, at: present, until: present + grace, isTakingBack: false })
  now.value = present
  ticking ??= setInterval(tick, TICK)
}

export function release(messageId: number): void {
  const at = held.findIndex((item) => item.messageId === messageId)
  if (at >= 0) held.splice(at, 1)
}

function tick(): void {
  now.value = Date.now()
  for (const item of [...held]) if (item.until <= now.value && !item.isTakingBack) release(item.messageId)
  if (held.length > 0) return
  clearInterval(ticking)
  ticking = undefined
}

/** Replies of one person that can still be taken back, the latest first, with the seconds left. */
export function useOutbox(staffId: () => number | undefined) {
  return computed(() =>
    held
      .filter((item) => item.staffId === staffId())
      .map((item) => ({ item, seconds: Math.max(0, Math.ceil((item.until - now.value) / 1000)) }))
      .reverse(),
  )
}
