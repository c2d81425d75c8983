import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { useSession } from '@/app/session'
import type { Entry, TicketPage } from '../types'
import { knownIn, newsSince } from './newsSince'

const TIME_TO_NOTICE = 1200 // ms in sight before a new message counts as seen

/** Which version of the ticket the person has really looked at: new words count once they were in sight for a moment. */
export function useSeen(page: Ref<TicketPage | undefined>, isAtEnd: Ref<boolean>) {
  const session = useSession()
  const version = ref(0)
  const news = shallowRef<Entry[]>([])
  let ticketId = 0
  let known = knownIn([])
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(page, (now) => {
    if (!now) return
    if (now.ticket.id !== ticketId) begin(now)
    else notice(now)
  }, { immediate: true })
  watch(isAtEnd, wait)
  document.addEventListener('visibilitychange', wait)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', wait)
    clearTimeout(timer)
  })

  function begin(now: TicketPage): void {
    ticketId = now.ticket.id
    look()
  }

  function notice(now: TicketPage): void {
    news.value = newsSince(now.timeline.items, known, session.staff?.id ?? null)
    if (news.value.length === 0) look()
    else wait()
  }

  function wait(): void {
    clearTimeout(timer)
    if (news.value.length && isAtEnd.value && !document.hidden) timer = setTimeout(look, TIME_TO_NOTICE)
  }

  function look(): void {
    clearTimeout(timer)
    const now = page.value
    if (!now) return
    version.value = now.ticket.version
    known = knownIn(now.timeline.items)
    news.value = []
  }

  return { version, news, look }
}
