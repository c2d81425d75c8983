import { useQueryClient } from '@tanstack/vue-query'
import { useMessage } from 'naive-ui'
import { useErrorText } from '@/app/api/words'
import { keys } from '@/app/queries'
import { ticketApi } from '../api'
import { dropEntry } from '../cache'
import { useDesk } from '../desk'
import { release, type Held } from './outbox'
import { putBack, writingOn } from './writing'

/** Takes a reply back: out of the timeline, into the composer it came from. */
export function useUndo() {
  const client = useQueryClient()
  const message = useMessage()
  const textOf = useErrorText()
  const desk = useDesk()

  return async (held: Held): Promise<void> => {
    if (held.isTakingBack) return
    held.isTakingBack = true
    try {
      const { text } = await ticketApi.undoReply(held.ticketId, held.messageId)
      dropEntry(client, held.ticketId, held.messageId)
      const writing = writingOn(held.ticketId, held.staffId)
      writing.mode = 'reply'
      putBack(writing.reply, text || held.text, held.files)
      release(held.messageId)
      desk.open(held.ticketId)
    } catch (error) {
      held.isTakingBack = false
      release(held.messageId)
      message.error(textOf(error))
    } finally {
      void client.invalidateQueries({ queryKey: keys.ticket(held.ticketId) })
    }
  }
}
