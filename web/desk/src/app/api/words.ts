import { useI18n } from 'vue-i18n'
import { ApiError, OfflineError } from './client'

/** Gives the sentence to show for an error: the server's own where it has one. */
export function useErrorText(): (error: unknown) => string {
  const { t, te } = useI18n()
  return (error) => {
    if (error instanceof OfflineError) return t('app.error.offline')
    if (error instanceof ApiError) {
      if (error.detail) return error.detail
      const known = `app.error.${error.status}`
      return te(known) ? t(known) : t('app.error.unknown', { status: error.status })
    }
    return t('app.error.broken')
  }
}
