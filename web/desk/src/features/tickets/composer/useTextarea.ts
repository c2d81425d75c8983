import { nextTick, watch, type Ref } from 'vue'

/** A text field that grows with its text, up to a share of the window. */
export function useTextarea(field: Ref<HTMLTextAreaElement | null>, text: Ref<string>) {
  const MOST = 0.42

  function fit(): void {
    const el = field.value
    if (!el) return
    el.style.height = 'auto'
    el.style.height = `${Math.min(el.scrollHeight, Math.round(window.innerHeight * MOST))}px`
  }
  watch(text, () => void nextTick(fit), { flush: 'post', immediate: true })

  /** Writes at the caret, so that the browser's own undo still works where it can. */
  function insert(words: string): void {
    const el = field.value
    if (!el) return
    el.focus()
    el.setRangeText(words, el.selectionStart, el.selectionEnd, 'end')
    el.dispatchEvent(new Event('input', { bubbles: true }))
  }

  function focusEnd(): void {
    const el = field.value
    if (!el) return
    el.focus()
    el.setSelectionRange(el.value.length, el.value.length)
  }

  return { fit, insert, focusEnd }
}
