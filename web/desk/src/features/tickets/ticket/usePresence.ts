import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { useLiveEvent } from '@/app/stream/live'
import { useSession } from '@/app/session'
import { ticketApi, type PresenceState } from '../api'
import { isHere, take, type Presence } from './presence'

const REPEAT = 20_000
const TYPING_LASTS = 8_000

/** Tells colleagues that one looks at or writes on a ticket, and who else does. */
export function usePresence(ticketId: Ref<number>) {
  const session = useSession()
  const others = ref<Presence[]>([])
  const now = ref(Date.now())
  let state: PresenceState = 'left'
  let typingUntil = 0

  const tell = (id: number, to: PresenceState) => {
    state = to
    void ticketApi.presence(id, to).catch(() => undefined) // a courtesy; the next one follows soon
  }
  watch(ticketId, (id, before) => {
    if (before) tell(before, 'left')
    others.value = []
    typingUntil = 0
    if (!document.hidden) tell(id, 'viewing')
  }, { immediate: true })

  const repeat = setInterval(() => {
    if (!document.hidden) tell(ticketId.value, state === 'typing' ? 'typing' : 'viewing')
  }, REPEAT)
  const tick = setInterval(() => {
    now.value = Date.now()
    if (state === 'typing' && now.value > typingUntil) tell(ticketId.value, 'viewing')
  }, 1000)
  const followVisibility = () => tell(ticketId.value, document.hidden ? 'left' : 'viewing')
  document.addEventListener('visibilitychange', followVisibility)
  onScopeDispose(() => {
    clearInterval(repeat)
    clearInterval(tick)
    document.removeEventListener('visibilitychange', followVisibility)
    tell(ticketId.value, 'left')
  })

  useLiveEvent('presence', (event) => {
    if (event.ticket_id !== ticketId.value) return
    const { presences, hasNewcomer } = take(others.value, event, session.staff?.id ?? 0, Date.now())
    others.value = presences
    if (hasNewcomer && !document.hidden && state !== 'left') tell(ticketId.value, state) // they have not heard of us
  })

  /** To be called on every key typed; tells it once in a while. */
  function typed(): void {
    typingUntil = Date.now() + TYPING_LASTS
    if (state !== 'typing') tell(ticketId.value, 'typing')
  }

  function stopped(): void {
    typingUntil = 0
    if (state === 'typing') tell(ticketId.value, 'viewing')
  }

  return { others: computed(() => others.value.filter((one) => isHere(one, now.value))), typed, stopped }
}
