import { onScopeDispose, watch, type Ref } from 'vue'
import { keys, queryClient } from '@/app/queries'
import { useLiveEvent } from '@/app/stream/live'
import { markTicketRead } from './api'
import { isLookingAt, openTicketId } from './openTicket'

/** What is told of a ticket counts as read once somebody looks at it. */
export function useTicketReadings(id: Ref<number>): void {
  function read(): void {
    const known = queryClient.getQueryData<{ unread: number }>([...keys.notifications, 'count'])
    if (document.hidden || known?.unread === 0) return
    void markTicketRead(id.value).catch(() => undefined) // it stays unread, which does no harm
  }
  watch(id, (now) => {
    openTicketId.value = now
    read()
  }, { immediate: true })
  useLiveEvent('notification', ({ ticket_id: ticketId, read: isReading }) => {
    if (!isReading && isLookingAt(ticketId)) void markTicketRead(id.value).catch(() => undefined)
  })
  document.addEventListener('visibilitychange', read)
  onScopeDispose(() => {
    openTicketId.value = null
    document.removeEventListener('visibilitychange', read)
  })
}
