import { onScopeDispose, watch, type Ref } from 'vue'
import { ticketApi } from '../api'
import type { TicketPage } from '../types'

/** Lets a chatting customer see that their words were read, once each. */
export function useRead(page: Ref<TicketPage>, isAllSeen: () => boolean): void {
  let told = ''

  function tell(): void {
    const last = page.value.timeline.items.findLast((entry) => entry.kind === 'inbound')
    if (!last || last.channel_kind !== 'chat' || last.id === told || !isAllSeen() || document.hidden) return
    told = last.id
    void ticketApi.read(page.value.ticket.id).catch(() => undefined) // a courtesy
  }
  watch([page, isAllSeen], tell, { immediate: true })
  document.addEventListener('visibilitychange', tell)
  onScopeDispose(() => document.removeEventListener('visibilitychange', tell))
}
