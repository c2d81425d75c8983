import { computed, onScopeDispose, ref, type Ref } from 'vue'
import { useLiveEvent } from '@/app/stream/live'
import type { TicketPage } from '../types'
import type { Told } from './presence'

const LASTS = 8_000 // a visitor who closed the page can't say that they stopped

/** The name of the customer who is typing in the chat just now; '' when nobody is. */
export function useVisitorTyping(page: Ref<TicketPage>) {
  const typing = ref({ ticketId: 0, until: 0 })
  const now = ref(Date.now())
  const tick = setInterval(() => (now.value = Date.now()), 1000)
  onScopeDispose(() => clearInterval(tick))

  useLiveEvent('presence', (event: Told) => {
    if (!event.customer) return
    now.value = Date.now()
    typing.value = { ticketId: event.ticket_id, until: event.state === 'typing' ? now.value + LASTS : 0 }
  })
  return computed(() => {
    const isTyping = typing.value.ticketId === page.value.ticket.id && typing.value.until > now.value
    return isTyping ? page.value.ticket.customer.name : ''
  })
}
