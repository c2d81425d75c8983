import { computed, onScopeDispose, ref, watch, type Ref } from 'vue'
import { isApiError } from '@/app/api/client'
import { ticketApi, type WordingRemark } from '../api'
import type { Writing } from './writing'

const AFTER_MS = 500
const WORDS = ['tickets.risky_words', 'tickets.banned_words']

/** What the rules for words say to the reply being written, looked up in the pauses of writing. */
export function useWording(writing: Ref<Writing>) {
  const found = ref<WordingRemark[]>([])
  const wasRefused = ref(false)
  let waiting: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  const text = computed(() => writing.value.reply.text)
  // a word that is gone is gone at once; one that only moved stays until the next look
  const remarks = computed(() => found.value.filter((one) => text.value.includes(one.text)))

  watch([() => writing.value.ticketId, text], ([id], before) => {
    wasRefused.value = false
    if (id !== before?.[0]) found.value = []
    clearTimeout(waiting)
    asking?.abort()
    if (text.value.trim()) waiting = setTimeout(() => void look(), AFTER_MS)
    else found.value = []
  }, { immediate: true })
  onScopeDispose(() => clearTimeout(waiting))

  async function look(): Promise<void> {
    const { ticketId } = writing.value
    asking = new AbortController()
    try {
      const told = await ticketApi.checkWording(ticketId, text.value.slice(0, 20_000), asking.signal)
      if (ticketId === writing.value.ticketId) found.value = told.remarks
    } catch {
      // a look that fails keeps nobody from writing: the server looks again when it is sent
    }
  }

  /** Takes what the server says of the words when it refuses a reply for them. */
  function refused(on: Writing, error: unknown): boolean {
    if (!isApiError(error) || !WORDS.includes(error.code)) return false
    if (on.ticketId === writing.value.ticketId) {
      found.value = error.params.remarks as WordingRemark[]
      wasRefused.value = true
    }
    return true
  }

  return { remarks, wasRefused, refused }
}
