import { computed, nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'

const NEAR_END = 60

/** Keeps a conversation where the reader is: at the end it follows what comes; elsewhere it stays, also when earlier words are put in front. */
export function useScrolling(box: Ref<HTMLElement | null>, content: Ref<HTMLElement | null>, ticketId: Ref<number>) {
  const fromEnd = ref(0)
  const isAtEnd = computed(() => fromEnd.value < NEAR_END)
  let sizes: ResizeObserver | null = null
  let follows = true
  let ownTop = -1 // where we scrolled to: an event from there is our own, though the content may have grown since

  function measure(): void {
    const el = box.value
    if (el) fromEnd.value = el.scrollHeight - el.clientHeight - el.scrollTop
  }

  function scrolled(): void {
    measure()
    if (Math.abs((box.value?.scrollTop ?? 0) - ownTop) > 2) follows = isAtEnd.value
  }

  function toEnd(smooth = false): void {
    const el = box.value
    if (!el) return
    follows = true
    el.scrollTo({ top: el.scrollHeight, behavior: smooth ? 'smooth' : 'instant' })
    if (!smooth) ownTop = el.scrollTop
    fromEnd.value = 0
  }

  function show(selector: string): boolean {
    const target = content.value?.querySelector(selector)
    if (!target) return false
    target.scrollIntoView({ block: 'start' })
    measure()
    follows = isAtEnd.value
    return true
  }

  /** Runs `change` and puts the reader back at the same words. */
  async function keepingPlace(change: () => Promise<void>): Promise<void> {
    const el = box.value
    const before = el ? el.scrollHeight - el.scrollTop : 0
    await change()
    await nextTick()
    if (el) el.scrollTop = el.scrollHeight - before
    measure()
    follows = isAtEnd.value
  }

  onMounted(() => {
    box.value?.addEventListener('scroll', scrolled, { passive: true })
    // mails and pictures get their height late; whoever reads the end stays there
    sizes = new ResizeObserver(() => (follows ? toEnd() : measure()))
    if (content.value) sizes.observe(content.value)
    if (box.value) sizes.observe(box.value)
  })
  onBeforeUnmount(() => {
    box.value?.removeEventListener('scroll', scrolled)
    sizes?.disconnect()
  })
  watch(ticketId, () => {
    follows = true
    void nextTick(() => toEnd())
  })

  return { isAtEnd, toEnd, show, keepingPlace }
}
