import { useMessage } from 'naive-ui'
import { useI18n } from 'vue-i18n'
import { useLiveEvent } from '@/app/stream/live'

/** Says at once, on whatever page, what the person must hear of now. */
export function useNotices(): void {
  const { t, te } = useI18n()
  const message = useMessage()

  useLiveEvent('notice', ({ type }) => {
    const key = `app.notice.${type.replace(/\./g, '_')}`
    if (te(key)) message.warning(t(key), { duration: 12_000, closable: true })
  })
}
