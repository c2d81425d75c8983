import { useMessage } from 'naive-ui'
import { useI18n } from 'vue-i18n'
import { useErrorText } from '@/app/api/words'

/** Short words about what just happened. */
export function useToast() {
  const message = useMessage()
  const { t } = useI18n()
  const textOf = useErrorText()
  return {
    done: (words?: string) => void message.success(words ?? t('ui.saved')),
    failed: (error: unknown) => void message.error(textOf(error), { duration: 6000, closable: true }),
    refused: (words: string) => void message.error(words, { duration: 6000, closable: true }),
  }
}
