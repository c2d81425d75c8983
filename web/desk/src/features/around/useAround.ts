import { useQueryClient } from '@tanstack/vue-query'
import { NButton, useMessage } from 'naive-ui'
import { h, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useErrorText } from '@/app/api/words'
import { keys } from '@/app/queries'
import { patchTicket } from '@/features/tickets/cache'
import { aroundApi } from './api'

const UNDO_LASTS = 10_000

/** Keys of what stands around a ticket; they begin like its page's, so that a live event refreshes them too. */
export const aroundKey = (id: number, what: string) => [...keys.ticket(id), what] as const

/** Does things around a ticket, says what became of them, and offers to take them back. */
export function useAround(id: Ref<number>) {
  const client = useQueryClient()
  const message = useMessage()
  const textOf = useErrorText()
  const { t, d } = useI18n()

  async function run<T>(act: () => Promise<T>, words = ''): Promise<T | undefined> {
    try {
      const done = await act()
      if (words) message.success(words)
      return done
    } catch (error) {
      message.error(textOf(error), { duration: 8000, closable: true })
      return undefined
    } finally {
      void client.invalidateQueries({ queryKey: keys.ticket(id.value) })
    }
  }

  function offerUndo(words: string, undo: () => Promise<unknown>): void {
    const toast = message.success(
      () => h('span', [words, ' ', h(NButton, { text: true, type: 'primary', onClick: () => { toast.destroy(); void run(undo) } }, { default: () => t('around.undo') })]),
      { duration: UNDO_LASTS, closable: true },
    )
  }

  async function snooze(until: Date | null): Promise<void> {
    const ticketId = id.value
    const row = await run(() => aroundApi.snooze(ticketId, until?.toISOString() ?? null))
    if (!row) return
    patchTicket(client, row)
    const words = until ? t('around.snooze.done', { at: d(until, 'moment') }) : t('around.snooze.doneCustomer')
    offerUndo(words, async () => patchTicket(client, await aroundApi.wake(ticketId)))
  }

  async function wake(): Promise<void> {
    const row = await run(() => aroundApi.wake(id.value))
    if (row) patchTicket(client, row)
  }

  return { run, offerUndo, snooze, wake }
}
