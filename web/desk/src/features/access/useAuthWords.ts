import { useI18n } from 'vue-i18n'
import type { AuthAnswer, AuthError } from './allauth'

/** Words for what the account API refused: our own where we know the code, else the server's. */
export function useAuthWords() {
  const { t, te } = useI18n()

  function wordsFor(error: AuthError): string {
    const key = `access.error.${error.code}`
    return te(key) ? t(key) : error.message
  }

  /** field → sentence; what belongs to no field stands under "" */
  function errorsOf(answer: AuthAnswer<unknown>): Record<string, string> {
    const errors: Record<string, string> = {}
    for (const error of answer.errors) {
      const field = error.param ?? ''
      const words = wordsFor(error)
      errors[field] = errors[field] ? `${errors[field]} ${words}` : words
    }
    if (answer.errors.length === 0) {
      if (answer.status === 429) errors[''] = t('app.error.429')
      else if (answer.status === 409) errors[''] = t('access.error.started_over')
      else if (answer.status >= 400) errors[''] = t('app.error.unknown', { status: answer.status })
    }
    return errors
  }

  return { errorsOf }
}
