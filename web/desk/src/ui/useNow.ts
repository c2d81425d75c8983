import { readonly, ref } from 'vue'

const now = ref(Date.now())
let isTicking = false

/** The present, to a quarter of a minute; one timer for the whole page. */
export function useNow() {
  if (!isTicking) {
    isTicking = true
    setInterval(() => (now.value = Date.now()), 15_000)
    document.addEventListener('visibilitychange', () => (now.value = Date.now()))
  }
  return readonly(now)
}
