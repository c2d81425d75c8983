import { useQueryClient } from '@tanstack/vue-query'
import { useMessage } from 'naive-ui'
import { ref } from 'vue'
import { useErrorText } from '@/app/api/words'
import { keys } from '@/app/queries'
import { KEY } from './api'

/** Does one thing at a time, says what became of it, and has all that shows it read again. */
export function useActing() {
  const client = useQueryClient()
  const message = useMessage()
  const textOf = useErrorText()
  const isBusy = ref(false)

  async function run<T>(act: () => Promise<T>, words = ''): Promise<T | undefined> {
    if (isBusy.value) return undefined
    isBusy.value = true
    try {
      const done = await act()
      if (words) message.success(words)
      return done
    } catch (error) {
      message.error(textOf(error), { duration: 8000, closable: true })
      return undefined
    } finally {
      isBusy.value = false
      void client.invalidateQueries({ queryKey: KEY })
      void client.invalidateQueries({ queryKey: keys.tickets })
    }
  }
  return { run, isBusy }
}
