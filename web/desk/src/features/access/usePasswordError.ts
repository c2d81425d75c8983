import { computed, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { isApiError } from '@/app/api/client'

/** What is wrong with a chosen password, reason by reason; '' when the error is of another kind. */
export function usePasswordError(error: Ref<unknown>): ComputedRef<string> {
  const { t, te } = useI18n()
  return computed(() => {
    if (!isApiError(error.value, 'people.weak_password')) return ''
    const reasons = (error.value.params.reasons as string[] | undefined) ?? []
    const words = reasons.map((reason) => `access.error.${reason}`).filter((key) => te(key)).map((key) => t(key))
    return words.join(' ') || error.value.detail
  })
}
