import { useQueryClient } from '@tanstack/vue-query'
import { useMessage } from 'naive-ui'
import { ref } from 'vue'
import { useErrorText } from '@/app/api/words'
import { keys } from '@/app/queries'
import { procedureKeys } from './api'

/** Does something with a procedure or a task, says what is in the way, and reads anew what it changed. */
export function useActing() {
  const client = useQueryClient()
  const message = useMessage()
  const textOf = useErrorText()
  const isBusy = ref(false)

  async function act<T>(what: () => Promise<T>, words = ''): Promise<T | undefined> {
    isBusy.value = true
    try {
      const done = await what()
      if (words) message.success(words)
      return done
    } catch (error) {
      message.error(textOf(error), { duration: 8000, closable: true })
      return undefined
    } finally {
      isBusy.value = false
      void client.invalidateQueries({ queryKey: procedureKeys.tasks })
      void client.invalidateQueries({ queryKey: keys.tickets })
    }
  }
  return { act, isBusy }
}
