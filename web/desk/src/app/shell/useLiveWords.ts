import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLive } from '@/app/stream/live'

/** The state of the live connection in a sentence, counting down to the next attempt. */
export function useLiveWords(): ComputedRef<string> {
  const { t } = useI18n()
  const { state, retryAt } = useLive()
  const now = ref(Date.now())
  const timer = setInterval(() => {
    if (state.value === 'waiting') now.value = Date.now()
  }, 1000)
  onScopeDispose(() => clearInterval(timer))

  return computed(() => {
    if (state.value === 'connected') return t('app.live.connected')
    if (state.value === 'offline') return t('app.live.offline')
    if (state.value === 'waiting' && retryAt.value) {
      return t('app.live.waiting', { seconds: Math.max(1, Math.ceil((retryAt.value - now.value) / 1000)) })
    }
    return t('app.live.connecting')
  })
}
