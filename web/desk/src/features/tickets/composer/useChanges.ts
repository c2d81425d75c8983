import { computed, watch, type Ref } from 'vue'
import type { TicketPage } from '../types'
import { changesSince, knownAt, knownIn } from '../ticket/newsSince'
import type { Writing } from './writing'

/** What others did to the ticket since the reply was begun, so that nobody answers a question of yesterday. */
export function useChanges(page: Ref<TicketPage>, writing: Ref<Writing>) {
  const hasWords = computed(() => writing.value.reply.text.trim() !== '')
  watch([writing, hasWords], () => {
    const of = writing.value
    if (!hasWords.value) of.begunOn = null
    else of.begunOn ??= begun(of)
  }, { immediate: true })

  /** A draft of another day was begun when it was last saved. */
  function begun({ reply }: Writing) {
    const { items } = page.value.timeline
    return reply.kept.leftAt ? knownAt(items, reply.kept.leftAt) : knownIn(items)
  }

  const changes = computed(() => (writing.value.begunOn ? changesSince(page.value.timeline.items, writing.value.begunOn, writing.value.staffId) : []))
  const lookedAt = () => (writing.value.begunOn = knownIn(page.value.timeline.items))
  return { changes, lookedAt }
}
