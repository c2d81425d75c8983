import { computed, onScopeDispose, ref, type Ref } from 'vue'
import { useLiveEvent } from '@/app/stream/live'
import type { TicketPage } from '../types'

const LASTS = 6_000

interface Typing {
  ticket_id: number
  name?: string
  on?: boolean
}

/** The name of the customer who is typing in the chat just now; '' when nobody is. */
export function useVisitorTyping(page: Ref<TicketPage>) {
  const at = ref({ ticketId: 0, name: '', until: 0 })
  const now = ref(Date.now())
  const tick = setInterval(() => (now.value = Date.now()), 1000)
  onScopeDispose(() => clearInterval(tick))

  useLiveEvent('typing' as never, (event: Typing) => {
    at.value = { ticketId: event.ticket_id, name: event.name || page.value.ticket.customer.name, until: event.on === false ? 0 : Date.now() + LASTS }
    now.value = Date.now()
  })
  return computed(() => (at.value.ticketId === page.value.ticket.id && at.value.until > now.value ? at.value.name : ''))
}
