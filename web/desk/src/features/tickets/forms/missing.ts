import { ref } from 'vue'
import { isApiError } from '@/app/api/client'

/** Fields that somebody just tried to solve a ticket without; the right pane marks them. */
export const missing = ref<{ ticketId: number; keys: string[] } | null>(null)

/** Remembers what the server asked for; says whether the error was that. */
export function noteMissing(ticketId: number, error: unknown): boolean {
  if (!isApiError(error, 'tickets.fields_missing')) return false
  const fields = error.params.fields as Array<{ key: string }>
  missing.value = { ticketId, keys: fields.map((field) => field.key) }
  return true
}
