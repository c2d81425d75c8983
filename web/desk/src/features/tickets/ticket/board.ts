import { reactive, ref } from 'vue'
import { useQueryClient } from '@tanstack/vue-query'
import { useLiveEvent } from '@/app/stream/live'
import { patchTicket } from '../cache'
import { isHere, take, type Presence } from './presence'

const KEPT = 200 // tickets; whoever has left long ago is forgotten

const board = reactive(new Map<number, Presence[]>())
const now = ref(Date.now())

/** Hears who looks at, writes on and answers any ticket within reach; for the rows of the list. */
export function useBoard(): void {
  const client = useQueryClient()
  useLiveEvent('presence', (told) => {
    now.value = Date.now()
    const { presences } = take(board.get(told.ticket_id) ?? [], told, 0, now.value)
    board.delete(told.ticket_id)
    if (presences.length) board.set(told.ticket_id, presences)
    const oldest = board.keys().next().value
    if (board.size > KEPT && oldest !== undefined) board.delete(oldest)
  })
  useLiveEvent('answering', ({ ticket_id: id, staff, until }) => {
    patchTicket(client, { id, answering: staff && until ? { ...staff, until } : null })
  })
}

/** Colleagues who are at a ticket now, as far as the stream told. */
export function presentOn(ticketId: number, myId: number, present: number): Presence[] {
  return (board.get(ticketId) ?? []).filter((one) => one.id !== myId && isHere(one, Math.max(present, now.value)))
}

