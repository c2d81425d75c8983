import { useQueryClient } from '@tanstack/vue-query'
import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { isApiError } from '@/app/api/client'
import { useSession } from '@/app/session'
import { useLiveEvent } from '@/app/stream/live'
import { useNow } from '@/ui/useNow'
import { ticketApi } from '../api'
import { patchTicket } from '../cache'
import type { Named, TicketPage } from '../types'

const REPEAT = 20_000
const ASSUMED = 180_000 // of a colleague who was named in a refusal, which doesn't say how long

/** Whose turn it is to answer: ours from the first letter on, unless a colleague was there first. */
export function useTurn(page: Ref<TicketPage>) {
  const client = useQueryClient()
  const session = useSession()
  const now = useNow()
  const ticketId = computed(() => page.value.ticket.id)
  const isOurs = ref(false)
  /** the colleague who took our turn, until we write or take it back */
  const takenBy = ref('')
  let keptAt = 0

  const other = computed(() => {
    const { answering } = page.value.ticket
    const isThere = answering !== null && answering.id !== session.staff?.id && Date.parse(answering.until) > now.value
    return isThere ? answering : null
  })

  watch(ticketId, (_, before) => leave(before))
  onScopeDispose(() => leave(ticketId.value))
  const leaveNow = () => leave(ticketId.value)
  window.addEventListener('pagehide', leaveNow)
  onScopeDispose(() => window.removeEventListener('pagehide', leaveNow))

  useLiveEvent('answering', ({ ticket_id, staff }) => {
    if (ticket_id !== ticketId.value || !isOurs.value || !staff || staff.id === session.staff?.id) return
    isOurs.value = false
    takenBy.value = staff.name
  })

  /** On every key of a reply; asks the server once in a while. */
  function keep(): void {
    if (other.value || (isOurs.value && Date.now() - keptAt < REPEAT)) return
    void begin(ticketId.value, null)
  }

  async function begin(id: number, from: Named | null): Promise<boolean> {
    const isFirst = !isOurs.value
    isOurs.value = true
    keptAt = Date.now()
    try {
      patchTicket(client, { id, answering: await ticketApi.beginReply(id, from?.id ?? null) })
      takenBy.value = ''
      return true
    } catch (error) {
      if (isFirst || isApiError(error)) isOurs.value = false
      refused(id, error)
      return false
    }
  }

  /** Whoever the server says has the turn is shown to have it; true when that was the refusal. */
  function refused(id: number, error: unknown): boolean {
    if (!isApiError(error, 'tickets.being_answered')) return false
    const { by_id, by_name } = error.params
    const until = new Date(Date.now() + ASSUMED).toISOString()
    patchTicket(client, { id, answering: { id: Number(by_id), name: String(by_name), until } })
    isOurs.value = false
    return true
  }

  const takeOver = () => (other.value ? begin(ticketId.value, other.value) : Promise.resolve(true))

  function leave(id: number): void {
    takenBy.value = ''
    if (!isOurs.value) return
    isOurs.value = false
    patchTicket(client, { id, answering: null })
    void ticketApi.endReply(id).catch(() => undefined) // it runs out by itself
  }

  /** The answer has left: the server ended the turn. */
  function ended(id: number): void {
    isOurs.value = false
    patchTicket(client, { id, answering: null })
  }

  return { other, takenBy, keep, takeOver, leave: leaveNow, refused, ended }
}
