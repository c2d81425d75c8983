import { useQueryClient } from '@tanstack/vue-query'
import { offersApi, SOURCES } from './api'

/** Notes which versions go into the answer being written, before a word of them does: nothing leaves unnoted. */
export function useTaking() {
  const client = useQueryClient()
  const refresh = (ticketId: number) => client.invalidateQueries({ queryKey: [...SOURCES, ticketId] })
  async function take(ticketId: number, versionIds: number[]): Promise<void> {
    try {
      for (const id of versionIds) await offersApi.take(ticketId, id)
    } finally {
      void refresh(ticketId)
    }
  }
  return { take, refresh }
}
