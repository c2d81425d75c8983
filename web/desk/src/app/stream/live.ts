import { onScopeDispose, readonly, ref } from 'vue'
import { queryClient } from '../queries'
import type { LiveState } from './connection'
import { openLine, type Line } from './sharing'
import { markStale } from './staleness'
import type { StreamMessage } from './source'

export interface LiveEvents {
  /** sent when the stream is open and has caught up; `resumed` is false when too much was missed to be told, `again` after a time without a stream */
  hello: { resumed: boolean; again: boolean }
  reset: Record<string, never>
  ticket: { id: number; type: string; by_id: number | null }
  /** an approval, a promise, compensation or an incident went on; `id` is the ticket's, where it is on one */
  procedure: { id: number | null; type: string; by_id: number | null }
  counts: Record<string, never>
  views: { id: number; by_id: number }
  presence: { ticket_id: number; staff: { id: number; name: string }; state: 'viewing' | 'typing' | 'left' }
  /** who answers a ticket now */
  answering: { ticket_id: number; staff: { id: number; name: string } | null; until: string | null }
  /** a shared draft went on */
  draft: { ticket_id: number; by_id: number }
  notification: { read?: boolean; ticket_id?: number; reason?: string; sound?: boolean }
  /** work is offered to oneself, or no longer */
  offer: { id: number; type: string }
  /** how oneself stands changed */
  standing: { state: string }
  notice: { type: string } & Record<string, unknown>
}

type Listener = (data: never) => void

const state = ref<LiveState>('off')
const retryAt = ref<number | null>(null)
const listeners = new Map<string, Set<Listener>>()
let line: Line | null = null
let hasMissed = false
let times = 0 // the stream was opened, as far as this page knows
const isHeard = ref(false)

/** Opens the live stream of the signed-in person; `whenRefused` hears that the session is over. */
export function startLive(url: string, staffId: number, whenRefused: () => void): void {
  stopLive()
  times = 0
  line = openLine(url, `zhiyin.live.${staffId}`, {
    onState: (now, at) => {
      if (now === 'connected' && state.value !== 'connected') times += 1
      if (now === 'connected' || now === 'waiting' || now === 'offline') isHeard.value = true
      state.value = now
      retryAt.value = at
    },
    onMessage: dispatch,
    onRefused: whenRefused,
  })
}

export function stopLive(): void {
  line?.close()
  line = null
}

/** The state of the connection, for whoever shows it. */
export function useLive() {
  /** `isHeard`: what happens from now on is heard, or can't be; what is told without being kept is asked for then, and only once */
  return { state: readonly(state), retryAt: readonly(retryAt), isHeard: readonly(isHeard), retryNow: () => line?.retryNow() }
}

/** Hears one kind of live event for as long as the component lives. */
export function useLiveEvent<K extends keyof LiveEvents>(name: K, react: (data: LiveEvents[K]) => void): void {
  const group = listeners.get(name) ?? new Set()
  listeners.set(name, group)
  group.add(react as Listener)
  onScopeDispose(() => group.delete(react as Listener))
}

export function dispatch(message: StreamMessage): void {
  let data: unknown
  try {
    data = JSON.parse(message.data)
  } catch {
    return
  }
  if (message.event === 'reset') hasMissed = true
  if (message.event === 'hello') {
    data = { resumed: !hasMissed, again: times > 1 }
    hasMissed = false
  }
  markStale(queryClient, message.event, data)
  for (const react of listeners.get(message.event) ?? []) react(data as never)
}
